package dev.clipstream.label;

import org.jspecify.annotations.Nullable;

/// A logistic that makes a label's cosine a measured probability, and what it rests on.
///
/// @param slope     probability = 1 / (1 + exp(-(slope · cosine + intercept))); finite, above 0
/// @param intercept finite
/// @param method    how it was fitted
/// @param media     number of media that it rests on, at least 1
/// @param positives how many of them show the label. Null: not known, since they were unlabelled
/// @param target    precision ([Method#LABELLED]) or share of media ([Method#UNLABELLED]) that the label's threshold
///                  was chosen for, 0 to 1. Null: the threshold was not chosen
/// @param achieved  that precision or share on these media, 0 to 1
/// @param recall    recall of the threshold on these media, 0 to 1. Null: not known
/// @param brier     mean squared error of the probabilities on these media (Brier, Monthly Weather Review 1950); a bit
///                  optimistic, since only a part of the fit is cross-validated. Null: not known
public record LabelCalibration(
        double slope,
        double intercept,
        Method method,
        int media,
        @Nullable Integer positives,
        @Nullable Double target,
        @Nullable Double achieved,
        @Nullable Double recall,
        @Nullable Double brier) {

    /// How a calibration was fitted.
    public enum Method {
        /// From media whose labels are known.
        LABELLED,
        /// From the distribution of the cosines of media whose labels are not known.
        UNLABELLED
    }

    /// @throws IllegalArgumentException if a component violates the conditions above; the message starts with its
    ///         path
    public LabelCalibration {
        if (!(slope > 0 && slope < Double.POSITIVE_INFINITY)) {
            throw new InvalidLabelException(
                    "calibration.slope", "expected a finite number above 0, found " + slope + ": calibrate again");
        }
        if (!Double.isFinite(intercept)) {
            throw new InvalidLabelException(
                    "calibration.intercept", "expected a finite number, found " + intercept + ": calibrate again");
        }
        if (media < 1) {
            throw new InvalidLabelException(
                    "calibration.media", "expected at least 1, found " + media + ": calibrate again");
        }
        if (positives != null && (positives < 0 || positives > media)) {
            throw new InvalidLabelException(
                    "calibration.positives",
                    "expected 0 to the number of media, found " + positives + " of " + media + ": calibrate again");
        }
        requireShare("target", target);
        requireShare("achieved", achieved);
        requireShare("recall", recall);
        requireShare("brier", brier);
    }

    private static void requireShare(String name, @Nullable Double value) {
        if (value != null) {
            FieldChecks.requireProbability("calibration." + name, value);
        }
    }

    /// Returns the probability of a cosine, 0 to 1.
    public double probability(double cosine) {
        double logit = slope * cosine + intercept;
        double power = Math.exp(-Math.abs(logit));
        return (logit >= 0 ? 1 : power) / (1 + power);
    }
}
