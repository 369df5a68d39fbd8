package dev.clipstream.train.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/// The contrastive losses: matching images and texts attract each other, others repel.
public final class ContrastiveLoss {
    private ContrastiveLoss() {}

    /// Returns the symmetric cross-entropy of CLIP (Radford et al., 2021, figure 3). A row with several positives
    /// spreads the target's probability over them.
    ///
    /// @param imageFeatures `[n, d]`, not normalized
    /// @param textFeatures  `[n, d]`, not normalized
    /// @param positives     `[n, n]`: 1 where the row's image and the column's text belong together, otherwise 0;
    ///                      the diagonal is 1
    /// @param t             logarithm of the logit scale, `[1]`
    /// @return a scalar: the mean over images and texts
    public static NDArray symmetric(NDArray imageFeatures, NDArray textFeatures, NDArray positives, NDArray t) {
        NDArray images = unit(imageFeatures);
        NDArray texts = unit(textFeatures);
        NDArray logits = images.matMul(texts.transpose()).mul(t.exp());
        NDArray imageLoss = crossEntropy(logits, positives, 1);
        NDArray textLoss = crossEntropy(logits, positives, 0);
        return Numbers.times(imageLoss.add(textLoss), 0.5);
    }

    /// Returns the sigmoid loss of SigLIP (Zhai et al., 2023, algorithm 1): each combination of image and text is
    /// one binary decision.
    ///
    /// @param imageFeatures `[n, d]`, not normalized
    /// @param textFeatures  `[n, d]`, not normalized
    /// @param positives     as for [#symmetric]
    /// @param t             logarithm of the logit scale, `[1]`
    /// @param bias          of the logits, `[1]`
    /// @return a scalar: the sum over all combinations, divided by n
    public static NDArray sigmoid(
            NDArray imageFeatures, NDArray textFeatures, NDArray positives, NDArray t, NDArray bias) {
        NDArray images = unit(imageFeatures);
        NDArray texts = unit(textFeatures);
        NDArray logits = images.matMul(texts.transpose()).mul(t.exp()).add(bias);
        NDArray labels = positives.mul(2).sub(1); // 1 for positives, -1 for negatives
        // -log sigmoid(x) = log(1 + exp(-x)) in a form that does not overflow
        NDArray x = logits.mul(labels);
        NDArray loss = x.abs().neg().exp().add(1).log().add(Activation.relu(x.neg()));
        return Numbers.times(loss.sum(), 1.0 / imageFeatures.getShape().get(0));
    }

    private static NDArray unit(NDArray features) {
        return features.div(
                features.square().sum(new int[] {1}, true).add(1e-12).sqrt());
    }

    /// Returns the cross-entropy along one axis.
    ///
    /// @param axis over which the logits compete
    private static NDArray crossEntropy(NDArray logits, NDArray positives, int axis) {
        NDArray targets = positives.div(positives.sum(new int[] {axis}, true));
        return Numbers.times(
                logits.logSoftmax(axis).mul(targets).sum(),
                -1.0 / logits.getShape().get(0));
    }
}
