package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.Split;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Makes the scenes of suites with classes. Not thread-safe.
final class ClassScenes {
    private static final int EVERYDAY = 100;
    private static final List<String> COUNTS_ENGLISH = List.of("one object", "two objects", "three objects");
    private static final List<String> COUNTS_CHINESE = List.of("一个物体", "两个物体", "三个物体");

    private final List<Concept> concepts;
    private final SceneSampler sampler;
    private final ObjectSampler things;
    private final SplittableRandom random;

    /// Creates the scenes.
    ///
    /// @param sampler of held-out scenes
    ClassScenes(List<Concept> concepts, SceneSampler sampler, SplittableRandom random) {
        this.concepts = List.copyOf(concepts);
        this.sampler = sampler;
        this.things = new ObjectSampler(concepts, sampler);
        this.random = random;
    }

    /// Returns the classes of a suite.
    ///
    /// @param each number of scenes per class
    List<SceneClass> classes(Suite suite, int each) {
        return switch (suite) {
            case CONCEPTS_100 ->
                everyday().limit(EVERYDAY).map(c -> named(c, each)).toList();
            case CONCEPTS_ALL ->
                IntStream.range(0, concepts.size())
                        .mapToObj(c -> named(c, each))
                        .toList();
            case COLOUR ->
                Arrays.stream(BackgroundColour.values())
                        .map(colour -> coloured(colour, each))
                        .toList();
            case COUNT ->
                IntStream.rangeClosed(1, COUNTS_ENGLISH.size())
                        .mapToObj(count -> counted(count, each))
                        .toList();
            case SYNONYMS_EN -> synonyms(Language.ENGLISH, each);
            case SYNONYMS_ZH -> synonyms(Language.CHINESE, each);
            case RETRIEVAL, WORD_ORDERS, RELATIONS, SAMPLES, TRAINING ->
                throw new IllegalArgumentException("Expected a suite with classes, found " + suite);
        };
    }

    /// Orders the everyday concepts by a hash, so that the first hundred are a fair sample.
    private Stream<Integer> everyday() {
        return IntStream.range(0, concepts.size())
                .filter(c -> concepts.get(c).everyday())
                .boxed()
                .sorted(Comparator.comparingLong(c -> Split.hash(concepts.get(c).id())));
    }

    private SceneClass named(int concept, int each) {
        Concept thing = concepts.get(concept);
        return new SceneClass(
                thing.id(),
                new SceneClass.Names(thing.english().name(), thing.chinese().name()),
                times(each, () -> scene(concept, 1)));
    }

    private SceneClass coloured(BackgroundColour colour, int each) {
        return new SceneClass(
                colour.word(Language.ENGLISH),
                new SceneClass.Names(
                        (colour == BackgroundColour.ORANGE ? "an " : "a ") + colour.word(Language.ENGLISH)
                                + " background",
                        colour.word(Language.CHINESE) + "背景"),
                times(each, () -> {
                    int[] seen = IntStream.range(0, concepts.size())
                            .filter(c -> sampler.visible(c, colour))
                            .toArray();
                    int[] shown = ObjectSampler.same(ObjectSampler.count(random), seen[random.nextInt(seen.length)]);
                    return sampler.scene(shown, sampler.background(colour, random), random);
                }));
    }

    private SceneClass counted(int count, int each) {
        return new SceneClass(
                Integer.toString(count),
                new SceneClass.Names(COUNTS_ENGLISH.get(count - 1), COUNTS_CHINESE.get(count - 1)),
                times(each, () -> scene(random.nextInt(concepts.size()), count)));
    }

    private List<SceneClass> synonyms(Language language, int each) {
        Map<String, Integer> uses = new HashMap<>();
        concepts.forEach(
                concept -> concept.words(language).heldOut().forEach(word -> uses.merge(word, 1, Integer::sum)));
        List<SceneClass> classes = new ArrayList<>();
        for (int c = 0; c < concepts.size(); c++) {
            int concept = c;
            concepts.get(c).words(language).heldOut().stream()
                    .filter(word -> uses.getOrDefault(word, 0) == 1)
                    .findFirst()
                    .ifPresent(word -> classes.add(new SceneClass(
                            concepts.get(concept).id(),
                            new SceneClass.Names(word, word),
                            times(each, () -> scene(concept, 1)))));
        }
        return classes;
    }

    private Scene scene(int concept, int count) {
        return things.scene(ObjectSampler.same(count, concept), random);
    }

    private static List<Scene> times(int count, Supplier<Scene> scene) {
        IntFunction<Scene> next = _ -> scene.get();
        return IntStream.range(0, count).mapToObj(next).toList();
    }
}
