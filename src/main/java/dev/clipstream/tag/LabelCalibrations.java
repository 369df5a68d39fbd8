package dev.clipstream.tag;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelSet;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The calibrations of a label set that apply with one model. Immutable.
final class LabelCalibrations {
    private static final double ROUNDING = 1e-12;

    private final @Nullable LabelCalibration[] ofLabels;
    private final boolean any;
    private final List<String> warnings;

    private LabelCalibrations(@Nullable LabelCalibration[] ofLabels, List<String> warnings) {
        this.ofLabels = ofLabels;
        this.any = Arrays.stream(ofLabels).anyMatch(Objects::nonNull);
        this.warnings = warnings;
    }

    /// Returns the calibrations of a set; none of them if they are of another model.
    static LabelCalibrations of(LabelSet set, ModelIdentity model) {
        @Nullable
        LabelCalibration[] ofLabels =
                set.labels().stream().map(Label::calibration).toArray(LabelCalibration[]::new);
        boolean calibrated = Arrays.stream(ofLabels).anyMatch(Objects::nonNull);
        if (!calibrated || model.fingerprint().equals(set.modelFingerprint())) {
            return new LabelCalibrations(ofLabels, List.of());
        }
        return new LabelCalibrations(
                new LabelCalibration[ofLabels.length],
                List.of("Expected calibrations of the model " + model.fingerprint() + ", found those of "
                        + set.modelFingerprint()
                        + ", which are not applied, and neither are the thresholds of calibrated"
                        + " labels. Calibrate the label set '" + set.name()
                        + "' again (clipstream labels calibrate)."));
    }

    /// Returns why calibrations of the set are not applied, or nothing.
    List<String> warnings() {
        return warnings;
    }

    /// Returns the probability of a label: that of its calibration or, without one, that of the set's mode.
    ///
    /// @param uncalibrated the probabilities of the set's mode for the image
    double probability(int label, double cosine, Probabilities uncalibrated) {
        LabelCalibration calibration = ofLabels[label];
        return calibration == null ? uncalibrated.of(cosine) : calibration.probability(cosine);
    }

    /// Returns the minimum probability of each label: its own or, without one, that of the set. The threshold of a
    /// calibrated label belongs to the calibration, and does not apply if that does not.
    double[] thresholds(LabelSet set) {
        double[] thresholds = new double[ofLabels.length];
        for (int place = 0; place < thresholds.length; place++) {
            Label label = set.labels().get(place);
            Double own = ofLabels[place] == null ? label.uncalibratedThreshold() : label.threshold();
            thresholds[place] = own == null ? set.threshold() : own;
        }
        return thresholds;
    }

    /// Returns the values by which the labels of an image are ordered: their probabilities; without calibrations their
    /// cosines, with which all probabilities of the image increase.
    ///
    /// @param candidates places of the labels; the values of others are not set
    /// @param count      how many of `candidates` there are
    double[] ranking(int[] candidates, int count, double[] cosines, Probabilities uncalibrated) {
        if (!any) {
            return cosines;
        }
        double[] probabilities = new double[cosines.length];
        for (int i = 0; i < count; i++) {
            int label = candidates[i];
            probabilities[label] = probability(label, cosines[label], uncalibrated);
        }
        return probabilities;
    }

    /// Returns whether at least one label is calibrated.
    boolean any() {
        return any;
    }

    /// Returns the cosine from which on each label reaches a probability, or null if a label is not calibrated.
    /// Rounding of the probabilities is allowed for: the cosine may be slightly too small.
    ///
    /// @param probabilities one for each label
    double @Nullable [] cosines(double[] probabilities) {
        double[] cosines = new double[probabilities.length];
        for (int label = 0; label < probabilities.length; label++) {
            LabelCalibration calibration = ofLabels[label];
            if (calibration == null) {
                return null;
            }
            double probability = probabilities[label] * (1 - ROUNDING);
            double logit = Math.log(probability) - Math.log1p(-probability);
            cosines[label] = (logit - calibration.intercept()) / calibration.slope();
        }
        return cosines;
    }
}
