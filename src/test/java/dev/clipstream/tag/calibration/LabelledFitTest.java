package dev.clipstream.tag.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.label.LabelCalibration;
import dev.clipstream.tag.evaluation.SetQuality;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LabelledFitTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aSingleLabelGetsPlattsLogisticOfScikitLearn(int example) throws IOException {
        // given
        JsonNode oracle = oracle().get("platt").get(example);
        double[] cosines = new double[oracle.get("cosines").size()];
        boolean[] shows = new boolean[cosines.length];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = oracle.get("cosines").get(i).doubleValue();
            shows[i] = oracle.get("shows").get(i).intValue() == 1;
        }

        // when
        LabelCalibration found =
                Objects.requireNonNull(fit(new LabelledFit(0.9), cosines, shows).calibration());

        // then: scikit-learn stops at a looser tolerance
        double slope = oracle.get("slope").doubleValue();
        double intercept = oracle.get("intercept").doubleValue();
        assertThat(found.slope()).isCloseTo(slope, within(2e-3 * slope));
        assertThat(found.intercept()).isCloseTo(intercept, within(2e-3 * Math.abs(intercept)));
    }

    @Test
    void probabilitiesOfOtherMediaAreCalibratedEvenWithFewMediaOfEachLabel() {
        // given: 40 labels, which 6 of 300 media show; the set's own probabilities are too high
        Library known = Library.of(40, 300, 0.02, 1);
        Library other = Library.of(40, 3_000, 0.02, 2);

        // when
        List<FittedLabel> fitted = new LabelledFit(0.9).fit(known.labels(), known::cosines, known::shows);

        // then
        SetQuality before =
                SetQuality.of(other.outcomes((_, cosine) -> 1 / (1 + Math.exp(-100 * (cosine - 0.25))), 0.5));
        SetQuality after = SetQuality.of(other.outcomes(
                (label, cosine) ->
                        Objects.requireNonNull(fitted.get(label).calibration()).probability(cosine),
                0.5));
        assertThat(fitted).allMatch(label -> label.calibration() != null);
        assertThat(after.reliability().expectedCalibrationError())
                .isLessThan(0.2 * before.reliability().expectedCalibrationError());
        assertThat(after.calibrationErrorOfTags()).isLessThan(0.05).isLessThan(0.5 * before.calibrationErrorOfTags());
        assertThat(after.brier()).isLessThan(before.brier());
    }

    @Test
    void theThresholdIsTheLeastOneThatReachesThePrecision() {
        // given: from the top 5 right, 1 wrong, 4 right, 3 wrong and 1 right; then 20 wrong
        boolean[] shows = new boolean[34];
        double[] cosines = new double[34];
        for (int i = 0; i < 34; i++) {
            cosines[i] = 0.4 - 0.01 * i;
            shows[i] = i < 5 || (i > 5 && i < 10) || i == 13;
        }

        // when
        FittedLabel strict = fit(new LabelledFit(1), cosines, shows);
        FittedLabel usual = fit(new LabelledFit(0.9), cosines, shows);
        FittedLabel lax = fit(new LabelledFit(0.7), cosines, shows);

        // then
        assertThat(achieved(strict)).containsExactly(1, 0.5);
        assertThat(achieved(usual)).containsExactly(0.9, 0.9);
        assertThat(achieved(lax)).containsExactly(0.71429, 1);
        assertThat(strict.threshold()).isGreaterThan(Objects.requireNonNull(usual.threshold()));
        assertThat(strict.precisionFloor()).isCloseTo(0.64888, within(1e-5));
        assertThat(strict.note()).isNull();
    }

    @Test
    void aPrecisionThatNoThresholdReachesIsNoted() {
        // given: the medium with the greatest cosine does not show the label
        boolean[] shows = new boolean[40];
        double[] cosines = new double[40];
        for (int i = 0; i < 40; i++) {
            cosines[i] = 0.4 - 0.01 * i;
            shows[i] = i > 0 && i < 7;
        }

        // when
        FittedLabel found = fit(new LabelledFit(0.95), cosines, shows);

        // then: six of seven
        assertThat(achieved(found)).containsExactly(0.85714, 1);
        assertThat(found.note()).contains("precision of 0.95", "at most 0.86");
    }

    @Test
    void aLabelThatTooFewMediaShowStaysUncalibratedForThatReason() {
        // given
        boolean[] few = new boolean[100];
        few[3] = few[50] = few[51] = few[99] = true;

        // when
        FittedLabel found = fit(new LabelledFit(0.9), new double[100], few);

        // then
        assertThat(found.calibration()).isNull();
        assertThat(found.threshold()).isNull();
        assertThat(found.note()).contains("at least 5 media", "found 4");
    }

    @Test
    void aLabelWhoseCosinesSayNothingStaysUncalibrated() {
        // given: media that show the label have smaller cosines
        boolean[] shows = new boolean[100];
        double[] cosines = new double[100];
        for (int i = 0; i < 100; i++) {
            shows[i] = i < 20;
            cosines[i] = 0.001 * i;
        }

        // when
        FittedLabel found = fit(new LabelledFit(0.9), cosines, shows);

        // then
        assertThat(found.calibration()).isNull();
        assertThat(found.note()).contains("greater cosines for media that show the label");
    }

    @Test
    void theFloorOfAPrecisionEqualsThatOfSciPy() throws IOException {
        for (JsonNode example : oracle().get("wilson")) {
            assertThat(LabelledFit.wilsonFloor(
                            example.get(0).intValue(), example.get(1).intValue()))
                    .isCloseTo(example.get(2).doubleValue(), within(1e-9));
        }
    }

    private static double[] achieved(FittedLabel label) {
        LabelCalibration calibration = Objects.requireNonNull(label.calibration());
        return new double[] {
            Objects.requireNonNull(calibration.achieved()), Objects.requireNonNull(calibration.recall())
        };
    }

    private static FittedLabel fit(LabelledFit fit, double[] cosines, boolean[] shows) {
        return fit.fit(List.of("cat"), _ -> cosines, _ -> shows).getFirst();
    }

    private static JsonNode oracle() throws IOException {
        try (InputStream in = Objects.requireNonNull(SetQuality.class.getResourceAsStream("oracle.json"))) {
            return JsonMapper.shared().readTree(in);
        }
    }
}
