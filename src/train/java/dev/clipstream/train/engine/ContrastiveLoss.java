package dev.clipstream.train.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/// What training makes small: pictures and texts that belong together lie close, others apart.
public final class ContrastiveLoss {
    private ContrastiveLoss() {}

    /// The symmetric cross-entropy of CLIP (Radford et al., 2021, figure 3), for features that may have more than one
    /// partner: then the partners share the target's probability.
    ///
    /// @param imageFeatures `[n, d]`, not normalised
    /// @param textFeatures  `[n, d]`, not normalised
    /// @param positives     `[n, n]`: 1 where the picture of the row and the text of the column belong together, 0
    ///                      elsewhere; 1 all along the diagonal
    /// @param t             logarithm of the logit scale, `[1]`
    /// @return a number: the mean over pictures and texts
    public static NDArray symmetric(NDArray imageFeatures, NDArray textFeatures, NDArray positives, NDArray t) {
        NDArray images = unit(imageFeatures);
        NDArray texts = unit(textFeatures);
        NDArray logits = images.matMul(texts.transpose()).mul(t.exp());
        NDArray imageLoss = crossEntropy(logits, positives, 1);
        NDArray textLoss = crossEntropy(logits, positives, 0);
        return Numbers.times(imageLoss.add(textLoss), 0.5);
    }

    /// The sigmoid loss of SigLIP (Zhai et al., 2023, algorithm 1): each pair of picture and text is one decision.
    ///
    /// @param imageFeatures `[n, d]`, not normalised
    /// @param textFeatures  `[n, d]`, not normalised
    /// @param positives     as for [#symmetric]
    /// @param t             logarithm of the logit scale, `[1]`
    /// @param bias          of the logits, `[1]`
    /// @return a number: the sum over all pairs, divided by n
    public static NDArray sigmoid(
            NDArray imageFeatures, NDArray textFeatures, NDArray positives, NDArray t, NDArray bias) {
        NDArray images = unit(imageFeatures);
        NDArray texts = unit(textFeatures);
        NDArray logits = images.matMul(texts.transpose()).mul(t.exp()).add(bias);
        NDArray labels = positives.mul(2).sub(1); // 1 together, -1 apart
        // -log sigmoid(x) = log(1 + exp(-x)), written so that no exponential overflows
        NDArray x = logits.mul(labels);
        NDArray loss = x.abs().neg().exp().add(1).log().add(Activation.relu(x.neg()));
        return Numbers.times(loss.sum(), 1.0 / imageFeatures.getShape().get(0));
    }

    private static NDArray unit(NDArray features) {
        return features.div(
                features.square().sum(new int[] {1}, true).add(1e-12).sqrt());
    }

    /// @param axis over which the logits compete
    private static NDArray crossEntropy(NDArray logits, NDArray positives, int axis) {
        NDArray targets = positives.div(positives.sum(new int[] {axis}, true));
        return Numbers.times(
                logits.logSoftmax(axis).mul(targets).sum(),
                -1.0 / logits.getShape().get(0));
    }
}
