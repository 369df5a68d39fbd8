package dev.clipstream.tag;

import dev.clipstream.clip.Scoring;

/// The probability of a label on one picture, given its cosine: the logistic or exponential of its logit
/// less what the others weigh. All in double, and never the exponential of a large number.
sealed interface Probabilities {

    /// @param cosine of the picture and the label
    /// @return 0 to 1
    double of(double cosine);

    /// Softmax over labels that compete. The bias, equal for all, cancels out.
    ///
    /// @param cosines of the picture with every label
    static Probabilities softmax(Scoring scoring, double[] cosines) {
        return new Softmax(scoring, logSumExp(scoring, cosines));
    }

    /// Softmax over a label and the background, for each label alone: e^l / (e^l + Σ
    /// e^b) = σ(l - log Σ e^b).
    ///
    /// @param background cosines of the picture with the background prompts, at least one
    static Probabilities against(Scoring scoring, double[] background) {
        return new Logistic(scoring, logSumExp(scoring, background));
    }

    /// Sigmoid of the logit.
    static Probabilities sigmoid(Scoring scoring) {
        return new Logistic(scoring, 0);
    }

    /// @param logWeight log of the sum of the exponentials of all labels' logits
    record Softmax(Scoring scoring, double logWeight) implements Probabilities {
        @Override
        public double of(double cosine) {
            return Math.min(1, Math.exp(scoring.logit(cosine) - logWeight));
        }
    }

    /// @param logWeight what the logit is weighed against
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
