package dev.clipstream.tag.calibration;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes a new version of a label set with calibrations.
public final class CalibratedSet {
    private CalibratedSet() {}

    /// Returns the label set with the calibrations and thresholds that were found. Labels without one lose an earlier
    /// calibration with its threshold.
    ///
    /// @param version          of the returned set, other than that of `set`
    /// @param modelFingerprint the model whose cosines were fitted
    /// @throws IllegalArgumentException if the set has examples of another model
    public static LabelSet of(LabelSet set, List<FittedLabel> fitted, String version, String modelFingerprint) {
        boolean examples =
                set.labels().stream().anyMatch(label -> !label.examples().isEmpty());
        if (examples && !modelFingerprint.equals(set.modelFingerprint())) {
            throw new IllegalArgumentException(
                    "expected the model of the label set's examples (" + set.modelFingerprint() + "), found "
                            + modelFingerprint + ": calibrate with that model, or remove the examples");
        }
        Map<String, FittedLabel> byLabel =
                fitted.stream().collect(Collectors.toMap(FittedLabel::label, Function.identity()));
        List<Label> labels = new ArrayList<>();
        for (Label label : set.labels()) {
            FittedLabel found = byLabel.get(label.id());
            labels.add(new Label(
                    label.id(),
                    label.names(),
                    label.prompts(),
                    threshold(label, found),
                    label.parent(),
                    label.aliases(),
                    found == null ? null : found.calibration(),
                    label.examples(),
                    label.exampleWeight()));
        }
        return new LabelSet(
                set.name(),
                version,
                set.language(),
                set.promptLanguage(),
                set.mode(),
                set.topK(),
                set.threshold(),
                set.templates(),
                set.backgroundPrompts(),
                labels,
                set.description(),
                modelFingerprint,
                set.alert());
    }

    private static @Nullable Double threshold(Label label, @Nullable FittedLabel found) {
        if (found != null && found.threshold() != null) {
            return found.threshold();
        }
        return label.uncalibratedThreshold();
    }
}
