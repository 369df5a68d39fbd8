package dev.clipstream.tag.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassVectorsTest {
    private static final Embedding TEXT = vector(1, 0, 0, 0);
    private static final Embedding OTHER_TEXT = vector(0, 0, 0, 1);
    private static final Embedding SHOWN = vector(0, 1, 0, 0);
    private static final Embedding NOT_SHOWN = vector(0, 0, 1, 0);

    @Test
    void theTextIsBlendedWithWhatDistinguishesThePositives() {
        // given: a text and positives with nothing in common with the negative
        List<Shots> shots = List.of(new Shots(List.of(SHOWN), List.of(NOT_SHOWN)), Shots.NONE);

        // when
        List<Embedding> vectors = ClassVectors.of(List.of(TEXT, OTHER_TEXT), shots, null, List.of(0.25, 0.0));

        // then
        assertThat(vectors.get(0).cosine(vector(3, 1, 0, 0))).isCloseTo(1, within(1e-6));
        assertThat(vectors.get(1)).isEqualTo(OTHER_TEXT);
    }

    @Test
    void whatPositivesShareWithNegativesDoesNotCount() {
        // given
        List<Shots> shots = List.of(new Shots(List.of(vector(0, 1, 1, 0)), List.of(NOT_SHOWN)));

        // when
        Embedding vector =
                ClassVectors.of(List.of(TEXT), shots, null, List.of(1.0)).getFirst();

        // then
        assertThat(vector.cosine(SHOWN)).isCloseTo(1, within(1e-6));
    }

    @Test
    void negativesAndOthersHaveHalfOfTheCounterWeightEach() {
        // given
        Embedding library = vector(0, 0, 0, 1);
        List<Shots> shots = List.of(new Shots(List.of(vector(0, 1, 1, 0)), List.of(NOT_SHOWN)));

        // when
        Embedding vector =
                ClassVectors.of(List.of(TEXT), shots, library, List.of(1.0)).getFirst();

        // then: (0, 1, 1, 0) without its part along (0, 0, 1, 1)
        assertThat(vector.cosine(vector(0, 1, 0.5F, -0.5F))).isCloseTo(1, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 1})
    void theAveragePictureKeepsTheCosineThatItHasWithTheText(double weight) {
        // given: pictures in a narrow cone far from the text, as those of CLIP are
        Embedding text = vector(1, 0.2F, 0, 0.3F);
        Embedding library = vector(0, 0, 0.2F, 3);
        List<Shots> shots = List.of(new Shots(List.of(vector(0, 1, 0, 3), vector(0, 1, 0.3F, 3)), List.of()));

        // when
        Embedding vector =
                ClassVectors.of(List.of(text), shots, library, List.of(weight)).getFirst();

        // then: and pictures like the examples are nearer than to the text
        assertThat(vector.cosine(library)).isCloseTo(text.cosine(library), within(1e-6));
        Embedding similar = vector(0, 1, 0.1F, 3);
        assertThat(vector.cosine(similar)).isGreaterThan(text.cosine(similar));
    }

    @Test
    void examplesWithNothingToBeComparedWithKeepTheText() {
        // when
        List<Embedding> alone = ClassVectors.of(
                List.of(TEXT, OTHER_TEXT),
                List.of(new Shots(List.of(SHOWN), List.of()), Shots.NONE),
                null,
                List.of(1.0, 0.0));
        List<Embedding> negatives =
                ClassVectors.of(List.of(TEXT), List.of(new Shots(List.of(), List.of(NOT_SHOWN))), SHOWN, List.of(1.0));

        // then
        assertThat(alone).containsExactly(TEXT, OTHER_TEXT);
        assertThat(negatives).containsExactly(TEXT);
    }

    @Test
    void theOrderOfExamplesDoesNotMatter() {
        // given
        List<Embedding> examples = List.of(vector(1, 2, 3, 4), vector(4, 1, 2, 2), vector(0, 1, 1, 5));

        // when
        Embedding vector = vector(examples);
        Embedding reversed = vector(examples.reversed());

        // then
        assertThat(vector.cosine(reversed)).isCloseTo(1, within(1e-6));
    }

    @Test
    void aVectorOfAnotherDimensionIsRefused() {
        assertThatThrownBy(() -> ClassVectors.of(
                        List.of(TEXT),
                        List.of(new Shots(List.of(vector(1, 2)), List.of(NOT_SHOWN))),
                        null,
                        List.of(1.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Expected examples of dimension 4, found 2");
    }

    private static Embedding vector(List<Embedding> positives) {
        return ClassVectors.of(List.of(TEXT), List.of(new Shots(positives, List.of(NOT_SHOWN))), null, List.of(0.7))
                .getFirst();
    }

    private static Embedding vector(float... values) {
        return Embedding.normalize(values);
    }
}
