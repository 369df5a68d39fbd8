package dev.clipstream.tag.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.label.LabelCalibration;
import dev.clipstream.tag.evaluation.SetQuality;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UnlabelledFitTest {
    @Test
    void probabilitiesOfOtherMediaAreCalibratedIfTheShareIsThatOfTheLibrary() {
        // given: what the labels show is known to the test only
        Library library = Library.of(50, 2_000, 0.02, 1);
        Library other = Library.of(50, 2_000, 0.02, 2);

        // when
        List<FittedLabel> fitted = new UnlabelledFit(0.02).fit(library.labels(), library::cosines);

        // then
        SetQuality before =
                SetQuality.of(other.outcomes((_, cosine) -> 1 / (1 + Math.exp(-100 * (cosine - 0.25))), 0.5));
        SetQuality after = SetQuality.of(other.outcomes((label, cosine) -> probability(fitted, label, cosine), 0.5));
        assertThat(after.reliability().expectedCalibrationError())
                .isLessThan(0.2 * before.reliability().expectedCalibrationError());
        assertThat(after.calibrationErrorOfTags()).isLessThan(0.05);
    }

    @Test
    void aLabelThatNothingShowsIsNotForcedOnTheMedia() {
        // given: 49 labels that 4 % of the media show, and one that none shows
        Library library = Library.of(50, 2_000, 0.04, 1);
        Library without = Library.of(50, 2_000, 0, 3);

        // when
        List<FittedLabel> fitted = new UnlabelledFit(0.04)
                .fit(library.labels(), label -> label == 7 ? without.cosines(label) : library.cosines(label));

        // then
        assertThat(achieved(fitted.get(8))).isBetween(0.02, 0.045);
        assertThat(achieved(fitted.get(7))).isLessThan(0.012);
    }

    @Test
    void aLabelThatManyMediaShowGetsMoreTagsThanTheAverage() {
        // given
        Library library = Library.of(50, 2_000, 0.02, 1);
        Library frequent = Library.of(50, 2_000, 0.15, 4);

        // when
        List<FittedLabel> fitted = new UnlabelledFit(0.02)
                .fit(library.labels(), label -> label == 7 ? frequent.cosines(label) : library.cosines(label));

        // then: fewer than show it, since they shift the median
        assertThat(achieved(fitted.get(7))).isBetween(0.05, 0.15);
    }

    @Test
    void theFiguresSayWhatTheCalibrationRestsOn() {
        // given
        Library library = Library.of(3, 60, 0.1, 1);

        // when
        LabelCalibration found = Objects.requireNonNull(new UnlabelledFit(0.1)
                .fit(library.labels(), library::cosines)
                .getFirst()
                .calibration());

        // then
        assertThat(found.method()).isEqualTo(LabelCalibration.Method.UNLABELLED);
        assertThat(found.media()).isEqualTo(60);
        assertThat(found.target()).isEqualTo(0.1);
        assertThat(found.positives()).isNull();
        assertThat(found.brier()).isNull();
    }

    @Test
    void tooFewMediaAreRefused() {
        assertThatThrownBy(() -> new UnlabelledFit(0.1).fit(List.of("cat"), _ -> new double[49]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected at least 50 media, found 49: take more");
    }

    @Test
    void equalCosinesLeaveALabelUncalibrated() {
        // when
        FittedLabel found =
                new UnlabelledFit(0.1).fit(List.of("cat"), _ -> new double[50]).getFirst();

        // then
        assertThat(found.calibration()).isNull();
        assertThat(found.note()).contains("equal ones");
    }

    private static double probability(List<FittedLabel> fitted, int label, double cosine) {
        return Objects.requireNonNull(fitted.get(label).calibration()).probability(cosine);
    }

    private static double achieved(FittedLabel label) {
        return Objects.requireNonNull(
                Objects.requireNonNull(label.calibration()).achieved());
    }
}
