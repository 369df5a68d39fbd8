package dev.clipstream.train.scene.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.train.data.Pair;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.font.TinyFont;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenePairsTest {
    private static final int SIDE = 32;
    private static final int STEPS = 300;

    private static Concepts concepts;
    private static ScenePairs pairs;

    @BeforeAll
    static void openTheTinyFont(@TempDir Path folder) throws IOException {
        concepts = TinyFont.concepts(folder);
        pairs = new ScenePairs(concepts, SIDE, 1);
    }

    @Test
    void aStepIsReproducible() {
        ScenePairs again = new ScenePairs(concepts, SIDE, 1);

        assertThat(again.batch(7, 12)).isEqualTo(pairs.batch(7, 12));
        assertThat(pairs.batch(8, 12)).isNotEqualTo(pairs.batch(7, 12));
        assertThat(new ScenePairs(concepts, SIDE, 2).batch(7, 12)).isNotEqualTo(pairs.batch(7, 12));
    }

    @Test
    void theImagesOfABatchHaveTheModelsSize() {
        List<Pair> batch = pairs.batch(3, 40);

        assertThat(batch).hasSize(40).allSatisfy(pair -> {
            assertThat(pair.image().width()).isEqualTo(SIDE);
            assertThat(pair.image().height()).isEqualTo(SIDE);
        });
    }

    @Test
    void inMostBatchesOnlyTheConceptsDiffer() {
        long alike = LongStream.range(0, STEPS)
                .filter(step -> onlyConcepts(scenes(pairs.describe(step, 16))))
                .count();

        assertThat(alike / (double) STEPS).isBetween(0.58, 0.74);
    }

    @Test
    void suchABatchShowsEachConceptOnce() {
        long repeated = LongStream.range(0, STEPS)
                .mapToObj(step -> scenes(pairs.describe(step, 8)))
                .filter(ScenePairsTest::onlyConcepts)
                .filter(scenes -> kinds(scenes) < 8)
                .count();

        assertThat(repeated).isZero();
    }

    private static boolean onlyConcepts(List<Scene> scenes) {
        return scenes.stream().allMatch(Scene::ofOneKind)
                && scenes.stream()
                                .map(scene -> scene.objects().size())
                                .distinct()
                                .count()
                        == 1
                && scenes.stream().map(ScenePairsTest::colour).distinct().count() == 1;
    }

    private static String colour(Scene scene) {
        return String.valueOf(scene.background().colour());
    }

    private static long kinds(List<Scene> scenes) {
        return scenes.stream()
                .map(scene -> scene.objects().getFirst().concept())
                .distinct()
                .count();
    }

    @Test
    void textsThatAreTrueOfAnImageAreKnownEvenIfItsCaptionDiffers() {
        for (long step = 0; step < 20; step++) {
            List<CaptionedScene> described = pairs.describe(step, 8);
            List<Pair> batch = pairs.batch(step, 8);
            for (int i = 0; i < batch.size(); i++) {
                Scene scene = described.get(i).scene();
                int count = scene.objects().size();
                assertThat(batch.get(i).isShownBy("two objects")).isEqualTo(count == 2);
                assertThat(batch.get(i).isShownBy("一张三个东西的照片")).isEqualTo(count == 3);
                assertThat(batch.get(i).isShownBy("a photo.")).isEqualTo(count > 0);
                assertThat(batch.get(i).isShownBy("something on a red background"))
                        .isEqualTo(scene.background().colour() == BackgroundColour.RED);
                for (Concept concept : concepts.concepts()) {
                    boolean shown = scene.objects().stream()
                            .anyMatch(object ->
                                    concepts.concepts().get(object.concept()).equals(concept));
                    assertThat(batch.get(i)
                                    .isShownBy(
                                            "a photo of a " + concept.english().name() + "."))
                            .isEqualTo(shown);
                    assertThat(batch.get(i).isShownBy(concept.chinese().name())).isEqualTo(shown);
                }
            }
        }
    }

    @Test
    void halfOfTheCaptionsAreChinese() {
        List<String> captions = LongStream.range(0, STEPS)
                .mapToObj(step -> pairs.describe(step, 16))
                .flatMap(List::stream)
                .map(CaptionedScene::caption)
                .toList();

        long chinese = captions.stream()
                .filter(caption -> caption.codePoints().anyMatch(Character::isIdeographic))
                .count();

        assertThat(chinese / (double) captions.size()).isBetween(0.47, 0.53);
    }

    @Test
    void theVocabularyHasEveryNameAndTheWordsOfCaptions() {
        List<String> vocabulary = pairs.vocabulary();

        Set<String> texts = new HashSet<>(vocabulary);
        for (Concept concept : concepts.concepts()) {
            assertThat(texts)
                    .contains(concept.english().name(), concept.chinese().name());
        }
        assertThat(vocabulary).hasSizeGreaterThan(10_000).anyMatch(text -> text.contains("background"));
    }

    @Test
    void heldOutPairsAreReproducibleAndDescribeTheSceneCompletely() {
        List<Pair> heldOut = pairs.heldOut();

        assertThat(heldOut).hasSizeBetween(500, 1000);
        assertThat(pairs.heldOut()).isEqualTo(heldOut);
        assertThat(heldOut.stream().map(Pair::image).collect(Collectors.toSet()))
                .hasSizeGreaterThan(700);
    }

    private static List<Scene> scenes(List<CaptionedScene> described) {
        return described.stream().map(CaptionedScene::scene).toList();
    }
}
