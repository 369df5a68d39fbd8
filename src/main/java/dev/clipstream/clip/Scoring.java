package dev.clipstream.clip;

/// How a model turns cosines into logits, and logits into probabilities.
///
/// @param kind  how its training objective uses a logit
/// @param scale learned logit scale, above 0: logit = scale · cosine + bias (100 for OpenAI's CLIP,
///              about 112 for SigLIP)
/// @param bias  learned logit bias: 0 for softmax models, about -16 for SigLIP
public record Scoring(Kind kind, double scale, double bias) {

    /// How logits become probabilities.
    public enum Kind {
        /// CLIP, OpenCLIP, Chinese-CLIP: softmax over the texts that compete for an image.
        SOFTMAX,
        /// SigLIP: sigmoid of each logit on its own.
        SIGMOID
    }

    public Scoring {
        if (!(scale > 0) || Double.isInfinite(scale) || !Double.isFinite(bias)) {
            throw new IllegalArgumentException("Expected a logit scale above 0 and a finite bias, found scale " + scale
                    + ", bias " + bias + ". Correct logit_scale and logit_bias in the bundle's clipstream.json");
        }
    }

    /// Returns the logit of a cosine.
    public double logit(double cosine) {
        return scale * cosine + bias;
    }
}
