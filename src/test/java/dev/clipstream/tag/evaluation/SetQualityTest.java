package dev.clipstream.tag.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SetQualityTest {
    private static final Offset<Double> EXACT = within(1e-9);

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void everyFigureEqualsThatOfScikitLearn(int example) throws IOException {
        // given
        JsonNode oracle = oracle().get("quality").get(example);
        List<LabelOutcomes> outcomes = new ArrayList<>();
        for (int label = 0; label < oracle.get("shows").size(); label++) {
            JsonNode row = oracle.get("probabilities").get(label);
            double[] probabilities = new double[row.size()];
            boolean[] tagged = new boolean[row.size()];
            boolean[] shows = new boolean[row.size()];
            for (int i = 0; i < row.size(); i++) {
                probabilities[i] = row.get(i).doubleValue();
                tagged[i] = probabilities[i] >= oracle.get("threshold").doubleValue();
                shows[i] = oracle.get("shows").get(label).get(i).intValue() == 1;
            }
            outcomes.add(new LabelOutcomes("l" + label, probabilities, tagged, shows));
        }

        // when
        SetQuality quality = SetQuality.of(outcomes);

        // then
        for (int label = 0; label < outcomes.size(); label++) {
            LabelQuality found = quality.labels().get(label);
            assertThat(found.counts().precision()).isCloseTo(value(oracle, "precision", label), EXACT);
            assertThat(found.counts().recall()).isCloseTo(value(oracle, "recall", label), EXACT);
            assertThat(found.counts().f1()).isCloseTo(value(oracle, "f1", label), EXACT);
            assertThat(found.curve().averagePrecision()).isCloseTo(value(oracle, "averagePrecision", label), EXACT);
            assertThat(found.brier()).isCloseTo(value(oracle, "brier", label), EXACT);
            assertThat(found.calibrationError()).isCloseTo(value(oracle, "calibrationError", label), EXACT);
        }
        assertThat(quality.micro().precision()).isCloseTo(value(oracle, "micro", 0), EXACT);
        assertThat(quality.micro().recall()).isCloseTo(value(oracle, "micro", 1), EXACT);
        assertThat(quality.micro().f1()).isCloseTo(value(oracle, "micro", 2), EXACT);
        assertThat(quality.macro(label -> label.counts().precision())).isCloseTo(value(oracle, "macro", 0), EXACT);
        assertThat(quality.macro(label -> label.counts().recall())).isCloseTo(value(oracle, "macro", 1), EXACT);
        assertThat(quality.macro(label -> label.counts().f1())).isCloseTo(value(oracle, "macro", 2), EXACT);
        assertThat(quality.brier()).isCloseTo(oracle.get("allBrier").doubleValue(), EXACT);
        assertThat(quality.reliability().expectedCalibrationError())
                .isCloseTo(oracle.get("allCalibrationError").doubleValue(), EXACT);
    }

    @Test
    void theErrorOfTagsAndMediaWithoutALabelAreCounted() {
        // given: four media, of which the last two show nothing; the third has a wrong tag
        LabelOutcomes cat = new LabelOutcomes(
                "cat", new double[] {0.9, 0.2, 0.7, 0.1}, new boolean[] {true, false, true, false}, new boolean[] {
                    true, false, false, false
                });
        LabelOutcomes dog = new LabelOutcomes(
                "dog", new double[] {0.1, 0.8, 0.1, 0.1}, new boolean[] {false, true, false, false}, new boolean[] {
                    false, true, false, false
                });

        // when
        SetQuality quality = SetQuality.of(List.of(cat, dog));

        // then: three tags with a mean probability of .8, of which two are right
        assertThat(quality.meanOfTags()).isCloseTo(0.8, EXACT);
        assertThat(quality.calibrationErrorOfTags()).isCloseTo(0.8 - 2.0 / 3, EXACT);
        assertThat(quality.withoutLabel()).isEqualTo(2);
        assertThat(quality.withoutLabelFree()).isEqualTo(1);
    }

    @Test
    void aLabelThatNoMediumShowsHasNoCurveAndIsLeftOutOfMeans() {
        // given
        LabelOutcomes shown = new LabelOutcomes(
                "cat", new double[] {0.9, 0.2}, new boolean[] {true, false}, new boolean[] {true, false});
        LabelOutcomes absent = new LabelOutcomes(
                "dog", new double[] {0.1, 1}, new boolean[] {false, true}, new boolean[] {false, false});

        // when
        SetQuality quality = SetQuality.of(List.of(shown, absent));

        // then
        assertThat(quality.labels().getLast().curve().points()).isEmpty();
        assertThat(quality.macro(label -> label.counts().precision())).isEqualTo(1);
        assertThat(quality.micro().precision()).isEqualTo(0.5);
    }

    private static double value(JsonNode oracle, String figure, int place) {
        return oracle.get(figure).get(place).doubleValue();
    }

    private static JsonNode oracle() throws IOException {
        try (InputStream in = Objects.requireNonNull(SetQualityTest.class.getResourceAsStream("oracle.json"))) {
            return JsonMapper.shared().readTree(in);
        }
    }
}
