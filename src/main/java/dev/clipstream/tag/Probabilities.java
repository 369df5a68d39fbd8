package dev.clipstream.tag;

import dev.clipstream.clip.Scoring;

/// The probabilities of labels for one image, as a function of their cosines. Computed in double, and without the
/// exponential of a large number.
sealed interface Probabilities {

    /// Returns the probability of a label, 0 to 1.
    ///
    /// @param cosine cosine of image and label
    double of(double cosine);

    /// Returns the softmax over competing labels. The bias is equal for all and cancels out.
    ///
    /// @param cosines cosines of the image with all labels
    static Probabilities softmax(Scoring scoring, double[] cosines) {
        return new Softmax(scoring, logSumExp(scoring, cosines));
    }

    /// Returns the softmax over one label and the background, for each label separately: e^l / (e^l + Σ e^b) = σ(l
    /// - log Σ e^b).
    ///
    /// @param background cosines of the image with the background prompts, at least one
    static Probabilities against(Scoring scoring, double[] background) {
        return new Logistic(scoring, logSumExp(scoring, background));
    }

    /// Returns the sigmoid of the logit.
    static Probabilities sigmoid(Scoring scoring) {
        return new Logistic(scoring, 0);
    }

    /// A softmax.
    ///
    /// @param logWeight logarithm of the sum of the exponentials of all labels' logits
    record Softmax(Scoring scoring, double logWeight) implements Probabilities {
        @Override
        public double of(double cosine) {
            return Math.min(1, Math.exp(scoring.logit(cosine) - logWeight));
        }
    }

    /// A logistic function.
    ///
    /// @param logWeight the weight of the background, which is subtracted from the logit
    record Logistic(Scoring scoring, double logWeight) implements Probabilities {
        @Override
        public double of(double cosine) {
            double logit = scoring.logit(cosine) - logWeight;
            double power = Math.exp(-Math.abs(logit));
            return (logit >= 0 ? 1 : power) / (1 + power);
        }
    }

    private static double logSumExp(Scoring scoring, double[] cosines) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (double cosine : cosines) {
            greatest = Math.max(greatest, scoring.logit(cosine));
        }
        double sum = 0;
        for (double cosine : cosines) {
            sum += Math.exp(scoring.logit(cosine) - greatest);
        }
        return greatest + Math.log(sum);
    }
}
