package dev.clipstream.tag.evaluation;

import java.util.List;

/// How good one label is on the evaluated media.
///
/// @param label            id
/// @param counts           tags, right tags and media that show the label
/// @param curve            precision and recall at every threshold
/// @param brier            mean squared error of the probabilities (G. W. Brier, Monthly Weather Review, 1950)
/// @param calibrationError expected calibration error of the probabilities
public record LabelQuality(
        String label, Counts counts, PrecisionRecallCurve curve, double brier, double calibrationError) {

    static LabelQuality of(LabelOutcomes outcomes) {
        return new LabelQuality(
                outcomes.label(),
                counts(outcomes),
                PrecisionRecallCurve.of(outcomes.probabilities(), outcomes.shows()),
                brier(outcomes),
                Reliability.of(List.of(outcomes)).expectedCalibrationError());
    }

    private static Counts counts(LabelOutcomes outcomes) {
        int tagged = 0;
        int right = 0;
        int shown = 0;
        for (int i = 0; i < outcomes.shows().length; i++) {
            boolean shows = outcomes.shows()[i];
            boolean tag = outcomes.tagged()[i];
            tagged += tag ? 1 : 0;
            right += tag && shows ? 1 : 0;
            shown += shows ? 1 : 0;
        }
        return new Counts(tagged, right, shown);
    }

    private static double brier(LabelOutcomes outcomes) {
        double sum = 0;
        for (int i = 0; i < outcomes.shows().length; i++) {
            double error = outcomes.probabilities()[i] - (outcomes.shows()[i] ? 1 : 0);
            sum += error * error;
        }
        return outcomes.shows().length == 0 ? 0 : sum / outcomes.shows().length;
    }
}
