package dev.clipstream.tag.calibration;

import dev.clipstream.label.LabelCalibration;
import org.jspecify.annotations.Nullable;

/// What calibration found for one label.
///
/// @param label          id of the label
/// @param calibration    the logistic and its figures. Null: the label stays uncalibrated
/// @param threshold      minimum probability of the label, 0 to 1. Null: the label keeps its threshold
/// @param precisionFloor lower end of Wilson's one-sided score interval of the precision on these media, at 95 %. The
///                       threshold was chosen on the same media, so the precision on others is below it more often than
///                       in 5 of 100 cases. Null: not known
/// @param note           why the label stays uncalibrated or misses the target. Null: nothing to note
public record FittedLabel(
        String label,
        @Nullable LabelCalibration calibration,
        @Nullable Double threshold,
        @Nullable Double precisionFloor,
        @Nullable String note) {

    static FittedLabel uncalibrated(String label, String reason) {
        return new FittedLabel(label, null, null, null, reason);
    }
}
