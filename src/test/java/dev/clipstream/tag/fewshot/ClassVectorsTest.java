package dev.clipstream.tag.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassVectorsTest {
    private static final Embedding TEXT = vector(1, 0, 0, 0);
    private static final Embedding OTHER_TEXT = vector(0, 0, 0, 1);
    private static final Embedding SHOWN = vector(0, 1, 0, 0);
    private static final Embedding NOT_SHOWN = vector(0, 0, 1, 0);

    @Test
    void theContrastOfPositivesAndNegativesIsAddedToTheText() {
        // given
        List<Shots> shots = List.of(new Shots(List.of(SHOWN), List.of(NOT_SHOWN)), Shots.NONE);

        // when
        List<Embedding> vectors = ClassVectors.of(List.of(TEXT, OTHER_TEXT), shots, null, List.of(0.5, 0.0));

        // then
        assertThat(vectors.get(0).cosine(vector(1, 1, -1, 0))).isCloseTo(1, within(1e-6));
        assertThat(vectors.get(1)).isEqualTo(OTHER_TEXT);
    }

    @Test
    void negativesAndOthersHaveHalfOfTheCounterWeightEach() {
        // given
        Embedding library = vector(0, 0, 0, 1);
        List<Shots> shots = List.of(new Shots(List.of(SHOWN), List.of(NOT_SHOWN)));

        // when
        Embedding vector =
                ClassVectors.of(List.of(TEXT), shots, library, List.of(1.0)).getFirst();

        // then
        float half = (float) Math.sqrt(0.5);
        assertThat(vector.cosine(vector(0, 1, -half, -half))).isCloseTo(1, within(1e-6));
    }

    @Test
    void whatAllPicturesHaveInCommonDoesNotCount() {
        // given: pictures of two labels in a narrow cone around one direction, as those of CLIP are
        List<Shots> shots = List.of(
                new Shots(List.of(vector(0.3F, 0, 0, 3)), List.of()),
                new Shots(List.of(vector(0, 0.3F, 0, 3)), List.of()));

        // when
        List<Embedding> vectors =
                ClassVectors.of(List.of(vector(1, 0, 0, 0), vector(0, 1, 0, 0)), shots, null, List.of(0.5, 0.5));

        // then: a picture of neither is not nearer to the labels than their texts are
        Embedding neither = vector(0, 0, 0.3F, 3);
        assertThat(vectors)
                .allSatisfy(vector -> assertThat(vector.cosine(neither)).isCloseTo(0, within(1e-3)));
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
