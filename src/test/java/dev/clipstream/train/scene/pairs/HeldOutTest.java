package dev.clipstream.train.scene.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.label.PromptTemplates;
import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Annotations;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.font.CbdtFont;
import dev.clipstream.train.scene.font.TinyFont;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Training never sees held-out items. Uses the tiny font, and Noto Color Emoji if it is installed.
class HeldOutTest {
    private static final int STEPS = 150;
    private static final int SIZE = 64;

    @TempDir
    static Path folder;

    static Stream<Concepts> fonts() throws IOException {
        Stream<Concepts> tiny = Stream.of(TinyFont.concepts(folder));
        boolean installed = Files.exists(CbdtFont.DEBIAN) && Files.exists(Annotations.DEBIAN);
        return installed ? Stream.concat(tiny, Stream.of(Concepts.load(CbdtFont.DEBIAN, Annotations.DEBIAN))) : tiny;
    }

    @ParameterizedTest
    @MethodSource("fonts")
    void heldOutBackgroundsSizesRotationsAndPairsAreNeverTrainedOn(Concepts concepts) {
        // given
        SplittableRandom random = new SplittableRandom(1);
        ObjectSampler heldOut = new ObjectSampler(concepts.concepts(), new SceneSampler(concepts, true));
        List<Scene> unseen = IntStream.range(0, 2000)
                .mapToObj(i -> i % 2 == 0 ? heldOut.scene(false, random) : heldOut.mixed(2, random))
                .toList();

        // when
        List<Scene> seen = described(concepts).map(CaptionedScene::scene).toList();

        // then
        assertThat(backgrounds(seen)).hasSizeGreaterThan(1000).doesNotContainAnyElementsOf(backgrounds(unseen));
        assertThat(sizes(seen)).hasSizeGreaterThan(50).doesNotContainAnyElementsOf(sizes(unseen));
        assertThat(turns(seen)).hasSizeGreaterThan(30).doesNotContainAnyElementsOf(turns(unseen));
        assertThat(pairs(seen)).hasSizeGreaterThan(100).doesNotContainAnyElementsOf(pairs(unseen));
    }

    @ParameterizedTest
    @MethodSource("fonts")
    void heldOutWordsAndSentenceTemplatesAreInNoCaption(Concepts concepts) {
        // given
        Set<String> words = new HashSet<>();
        for (Concept concept : concepts.concepts()) {
            words.addAll(concept.english().heldOut());
            words.addAll(concept.chinese().heldOut());
        }
        assertThat(words).isNotEmpty();

        // when
        List<String> captions = described(concepts).map(CaptionedScene::caption).toList();

        // then: as a name, alone or in a prompt
        Set<String> said = new HashSet<>();
        for (String caption : captions) {
            said.add(caption);
            for (Language language : Language.values()) {
                for (String template : PromptTemplates.defaults(language.tag())) {
                    int at = template.indexOf("{}");
                    String before = template.substring(0, at);
                    String after = template.substring(at + 2);
                    if (caption.startsWith(before) && caption.endsWith(after)) {
                        said.add(caption.substring(
                                before.length(), Math.max(before.length(), caption.length() - after.length())));
                    }
                }
            }
        }
        assertThat(said).hasSizeGreaterThan(1000).doesNotContainAnyElementsOf(words);
        assertThat(captions)
                .noneMatch(caption -> caption.startsWith("on a") && caption.contains("background, "))
                .noneMatch(caption -> caption.startsWith("against "))
                .noneMatch(caption -> caption.startsWith("the background is"))
                .noneMatch(caption -> caption.startsWith("背景是"))
                .noneMatch(caption -> caption.matches("在.*的背景前有.*"));
    }

    private static Stream<CaptionedScene> described(Concepts concepts) {
        ScenePairs pairs = new ScenePairs(concepts, 32, 1);
        return LongStream.range(0, STEPS)
                .mapToObj(step -> pairs.describe(step, SIZE))
                .flatMap(List::stream);
    }

    private static Set<Object> backgrounds(List<Scene> scenes) {
        Set<Object> found = new HashSet<>();
        scenes.forEach(scene -> found.add(scene.background()));
        return found;
    }

    private static Set<Object> sizes(List<Scene> scenes) {
        Set<Object> found = new HashSet<>();
        scenes.forEach(scene -> scene.objects().forEach(object -> found.add(object.side())));
        return found;
    }

    private static Set<Object> turns(List<Scene> scenes) {
        Set<Object> found = new HashSet<>();
        scenes.forEach(scene -> scene.objects().forEach(object -> found.add(object.rotation())));
        return found;
    }

    private static Set<Object> pairs(List<Scene> scenes) {
        Set<Object> found = new HashSet<>();
        for (Scene scene : scenes) {
            List<Integer> things = scene.objects().stream()
                    .map(Scene.Placed::concept)
                    .distinct()
                    .toList();
            for (int one : things) {
                things.stream().filter(other -> other > one).forEach(other -> found.add(List.of(one, other)));
            }
        }
        return found;
    }
}
