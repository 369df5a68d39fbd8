package dev.clipstream.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.label.StandingQuery.Picture;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StandingQueryTest {
    private static final String MODEL = "ab".repeat(32);
    private static final AlertFilter FILTER =
            new AlertFilter(Map.of("camera", "gate"), Set.of("vehicle"), Set.of("car", "van"), Set.of("night"));
    private static final Picture PICTURE =
            new Picture("gate.jpg", Embedding.normalize(new float[] {3, 4}), MODEL, 0.75, 100);

    @Test
    void aTextIsALabelSetOfOneThatComesBack() {
        // given
        StandingQuery query = query("a red van", List.of("a red car"), null);

        // when
        LabelSet set = query.labelSet();

        // then
        assertThat(set.alert()).isEqualTo(FILTER);
        assertThat(set.mode()).isEqualTo(LabelSet.Mode.MULTI);
        assertThat(set.labels()).hasSize(1);
        assertThat(PromptTemplates.prompts(set, set.labels().getFirst())).containsExactly("a red van");
        assertThat(set.backgroundPrompts())
                .containsAll(PromptTemplates.background("en"))
                .endsWith("a red car");
        assertThat(StandingQuery.of(set)).isEqualTo(query);
    }

    @Test
    void aTextWithoutOthersCompetesWithTheDefaultBackground() {
        StandingQuery query = query("a red van", List.of(), null);

        LabelSet set = query.labelSet();

        assertThat(set.backgroundPrompts()).isEmpty();
        assertThat(StandingQuery.of(set)).isEqualTo(query);
    }

    @Test
    void aPictureIsAnExampleWithALogisticOfTheCosine() {
        // given
        StandingQuery query = query(null, List.of(), PICTURE);

        // when
        LabelSet set = query.labelSet();

        // then
        Label label = set.labels().getFirst();
        LabelCalibration calibration = Objects.requireNonNull(label.calibration());
        assertThat(label.exampleWeight()).isEqualTo(1);
        assertThat(label.examples()).containsExactly(new LabelExample("gate.jpg", true, PICTURE.vector()));
        assertThat(set.modelFingerprint()).isEqualTo(MODEL);
        assertThat(calibration.probability(0.75)).isCloseTo(0.5, within(1e-12));
        assertThat(calibration.probability(0.77)).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-9));
        assertThat(StandingQuery.of(set)).isEqualTo(query);
    }

    @Test
    void invalidQueriesAreRefused() {
        assertThatThrownBy(() -> query(null, List.of(), null))
                .isInstanceOf(InvalidLabelException.class)
                .hasMessageContaining("expected either a text or a picture, found neither");
        assertThatThrownBy(() -> query("a van", List.of(), PICTURE)).hasMessageContaining("found both");
        assertThatThrownBy(() -> query(" ", List.of(), null)).hasMessageContaining("text");
        assertThatThrownBy(() -> query(null, List.of("a car"), PICTURE)).hasMessageContaining("remove them");
        assertThatThrownBy(() -> new Picture("x", PICTURE.vector(), MODEL, 1, 100))
                .hasMessageContaining("minCosine");
        assertThatThrownBy(() -> query("a red van", List.of("a van", " "), null).labelSet())
                .hasMessageContaining("backgroundPrompts[5]");
    }

    @Test
    void aLabelSetIsNoStandingQuery() {
        LabelSet set = new LabelSet(
                "pets",
                "1",
                "en",
                LabelSet.Mode.MULTI,
                1,
                0.5,
                List.of(),
                List.of(),
                List.of(Label.of("cat", Map.of("en", "cat"))));

        assertThatThrownBy(() -> StandingQuery.of(set)).hasMessageContaining("use it as a label set");
    }

    private static StandingQuery query(@Nullable String text, List<String> not, @Nullable Picture picture) {
        return new StandingQuery("vans", "en", text, not, picture, 0.6, FILTER);
    }
}
