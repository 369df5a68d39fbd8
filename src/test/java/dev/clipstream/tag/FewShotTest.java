package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FewShotTest {
    private static final Scoring CLIP = new Scoring(Scoring.Kind.SOFTMAX, 100, 0);
    private static final ModelIdentity MODEL = new ModelIdentity("a-model", "a".repeat(64), 8);
    private static final ModelIdentity OTHER = new ModelIdentity("another-model", "b".repeat(64), 8);

    private final SpokenVectors texts =
            new SpokenVectors(8).tell("cat", 1, 0, 0, 0, 0, 0, 0, 0).tell("fox", 0.7F, 0, 0.7F, 0, 0, 0, 0, 0);

    @Test
    void aClassThatItsTextGetsWrongIsRightAfterFiveExamples() {
        // given: foxes look like cats to the texts
        LabelSet set = labels(examples("cat", 1, 5), examples("fox", 2, 5));
        ZeroShotTagger text = ZeroShotTagger.create(labels(List.of(), List.of()), texts, CLIP, MODEL);

        // when
        FewShot.Weighted weighted = FewShot.chooseWeights(set, texts, MODEL, List.of());
        ZeroShotTagger shown = ZeroShotTagger.create(weighted.set(), texts, CLIP, MODEL);

        // then: pictures that are no examples
        List<Embedding> foxes = pictures(2, 40, 99);
        List<Embedding> cats = pictures(1, 40, 98);
        assertThat(foxes).noneMatch(fox -> is(text, fox, "fox"));
        assertThat(foxes).allMatch(fox -> is(shown, fox, "fox"));
        assertThat(cats).allMatch(cat -> is(shown, cat, "cat"));
        assertThat(weighted.choice().labels().get(1).before()).isZero();
        assertThat(weighted.choice().labels().get(1).after()).isEqualTo(1);
    }

    @Test
    void examplesOfOneLabelNeedTheMeanOfTheLibraryOrNegatives() {
        // given
        List<LabelExample> foxes = examples("fox", 2, 5);
        List<LabelExample> compared = new ArrayList<>(foxes);
        compared.add(LabelExample.ofLibrary(pictures(3, 1, 5).getFirst()));

        // when
        ZeroShotTagger alone = ZeroShotTagger.create(weighted(List.of(), foxes, 0.9), texts, CLIP, MODEL);
        ZeroShotTagger library = ZeroShotTagger.create(weighted(List.of(), compared, 0.9), texts, CLIP, MODEL);

        // then
        Embedding fox = pictures(2, 1, 77).getFirst();
        assertThat(is(alone, fox, "fox")).isFalse();
        assertThat(alone.warnings())
                .singleElement()
                .asString()
                .contains("'fox'", "neither negative examples", "are ignored");
        assertThat(is(library, fox, "fox")).isTrue();
        assertThat(library.warnings()).isEmpty();
    }

    @Test
    void examplesOfAnotherModelAreIgnoredWithAWarning() {
        // given
        LabelSet set = weighted(examples("cat", 1, 5), examples("fox", 2, 5), 0.5);

        // when
        ZeroShotTagger other = ZeroShotTagger.create(set, texts, CLIP, OTHER);

        // then
        Embedding fox = pictures(2, 1, 77).getFirst();
        assertThat(other.scoreAll(fox))
                .isEqualTo(ZeroShotTagger.create(labels(List.of(), List.of()), texts, CLIP, OTHER)
                        .scoreAll(fox));
        assertThat(other.warnings()).singleElement().asString().contains("another-model", "are ignored");
        assertThatThrownBy(() -> FewShot.chooseWeights(set, texts, OTHER, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Expected examples of the model another-model");
    }

    private static boolean is(ZeroShotTagger tagger, Embedding picture, String label) {
        return tagger.scoreAll(picture).getFirst().labelId().equals(label);
    }

    private static LabelSet labels(List<LabelExample> cat, List<LabelExample> fox) {
        return weighted(cat, fox, 0);
    }

    private static LabelSet weighted(List<LabelExample> cat, List<LabelExample> fox, double weight) {
        return new LabelSet(
                        "pets", "1", "en", LabelSet.Mode.EXCLUSIVE, 2, 0, List.of(), List.of(), List.of(label("cat")))
                .with(
                        "2",
                        List.of(
                                label("cat").withExamples(cat, cat.isEmpty() ? 0 : weight),
                                label("fox").withExamples(fox, fox.isEmpty() ? 0 : weight)),
                        MODEL.fingerprint());
    }

    private static Label label(String name) {
        return Label.of(name, Map.of("en", name));
    }

    private static List<LabelExample> examples(String name, int axis, int count) {
        List<LabelExample> examples = new ArrayList<>();
        for (Embedding picture : pictures(axis, count, axis)) {
            examples.add(new LabelExample(name + examples.size(), true, picture));
        }
        return examples;
    }

    /// Returns pictures in a cone around an axis that no text has, with something of their own. The text of a cat fits
    /// all of them best.
    private static List<Embedding> pictures(int axis, int count, long seed) {
        Random random = new Random(seed);
        List<Embedding> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] values = new float[8];
            for (int d = 4; d < 8; d++) {
                values[d] = (float) (0.05 * random.nextGaussian());
            }
            values[0] = 0.2F;
            values[3] = 1;
            values[axis] += axis == 2 ? -0.4F : 0.4F;
            pictures.add(Embedding.normalize(values));
        }
        return pictures;
    }
}
