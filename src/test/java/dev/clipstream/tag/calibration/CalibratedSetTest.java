package dev.clipstream.tag.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CalibratedSetTest {
    private static final String MODEL = "a".repeat(64);

    @Test
    void theNewVersionHoldsCalibrationsThresholdsAndTheirModel() {
        // given: a label that is calibrated now, and one that was before
        LabelCalibration old =
                new LabelCalibration(10, -3, LabelCalibration.Method.LABELLED, 50, 9, 0.9, 0.9, 0.8, 0.01);
        LabelCalibration found =
                new LabelCalibration(50, -12, LabelCalibration.Method.LABELLED, 90, 20, 0.9, 0.95, 0.7, 0.02);
        LabelSet set = new LabelSet(
                "pets",
                "1",
                "en",
                "en",
                LabelSet.Mode.MULTI,
                5,
                0.4,
                List.of(),
                List.of(),
                List.of(Label.of("cat", Map.of("en", "cat")), label("dog", 0.7, old)),
                "",
                "b".repeat(64),
                null);

        // when
        LabelSet calibrated = CalibratedSet.of(
                set,
                List.of(
                        new FittedLabel("cat", found, 0.6, 0.8, null),
                        FittedLabel.uncalibrated("dog", "too few media")),
                "2",
                MODEL);

        // then
        assertThat(calibrated.version()).isEqualTo("2");
        assertThat(calibrated.modelFingerprint()).isEqualTo(MODEL);
        assertThat(calibrated.labels()).containsExactly(label("cat", 0.6, found), label("dog", null, null));
        assertThat(calibrated.threshold()).isEqualTo(0.4);
    }

    private static Label label(String id, @Nullable Double threshold, @Nullable LabelCalibration calibration) {
        return new Label(id, Map.of("en", id), List.of(), threshold, null, List.of(), calibration, List.of(), 0);
    }
}
