package dev.clipstream.clip.bundle;

import java.util.Optional;

/// The scale and bias that a model learned, as its original weights have them.
///
/// @param scale  logit scale, above 0, as a factor: 100 for OpenAI's CLIP
/// @param bias   logit bias; empty if the model has none
/// @param source where they were read, for people
public record LearnedScale(double scale, Optional<Double> bias, String source) {
    public LearnedScale {
        boolean valid = scale > 0
                && Double.isFinite(scale)
                && bias.map(Double::isFinite).orElse(true);
        if (!valid) {
            throw new IllegalArgumentException(
                    "Expected a logit scale above 0 and a finite bias, found " + scale + " and " + bias);
        }
    }
}
