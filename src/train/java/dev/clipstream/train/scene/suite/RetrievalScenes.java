package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.caption.ScenePhrases;
import dev.clipstream.train.scene.caption.SentenceTemplates;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/// Makes the scenes of suites with texts. No two scenes have the same text. Not thread-safe.
final class RetrievalScenes {
    private final ScenePhrases phrases;
    private final ObjectSampler things;
    private final SplittableRandom random;

    /// Creates the scenes.
    ///
    /// @param sampler of held-out scenes
    RetrievalScenes(List<Concept> concepts, SceneSampler sampler, SplittableRandom random) {
        this.phrases = new ScenePhrases(concepts);
        this.things = new ObjectSampler(concepts, sampler);
        this.random = random;
    }

    List<RetrievalScene> scenes(Suite suite, int count) {
        return switch (suite) {
            case RETRIEVAL -> distinct(count, phrases::complete);
            case WORD_ORDERS ->
                distinct(
                        count,
                        (scene, language) ->
                                phrases.complete(scene, language, SentenceTemplates.HELD_OUT.any(language, random)));
            case RELATIONS -> swapped(count);
            case CONCEPTS_100, CONCEPTS_ALL, COLOUR, COUNT, SYNONYMS_EN, SYNONYMS_ZH, SAMPLES, TRAINING ->
                throw new IllegalArgumentException("Expected a suite of held-out scenes with texts, found " + suite);
        };
    }

    private List<RetrievalScene> distinct(int count, BiFunction<Scene, Language, String> text) {
        Set<String> taken = new HashSet<>();
        List<RetrievalScene> scenes = new ArrayList<>();
        while (scenes.size() < count) {
            Scene scene = things.scene(false, random);
            if (scene.background().colour() != null && taken.add(phrases.complete(scene, Language.ENGLISH))) {
                scenes.add(texted(scene, text));
            }
        }
        return scenes;
    }

    /// Follows each scene of two objects by the same scene with the positions swapped.
    private List<RetrievalScene> swapped(int count) {
        BiFunction<Scene, Language, String> text = (scene, language) -> phrases.relation(scene, language, true);
        Set<String> taken = new HashSet<>();
        List<RetrievalScene> scenes = new ArrayList<>();
        while (scenes.size() < count) {
            Scene scene = things.mixed(2, random);
            Scene changed = swapped(scene);
            if (taken.add(text.apply(scene, Language.ENGLISH)) && taken.add(text.apply(changed, Language.ENGLISH))) {
                scenes.add(texted(scene, text));
                scenes.add(texted(changed, text));
            }
        }
        return scenes.subList(0, count);
    }

    private static Scene swapped(Scene scene) {
        Scene.Placed one = scene.objects().get(0);
        Scene.Placed other = scene.objects().get(1);
        return new Scene(
                scene.background(),
                List.of(one.movedTo(other.x(), other.y()), other.movedTo(one.x(), one.y())),
                scene.seed());
    }

    private static RetrievalScene texted(Scene scene, BiFunction<Scene, Language, String> text) {
        return new RetrievalScene(
                scene,
                Arrays.stream(Language.values())
                        .map(language -> text.apply(scene, language))
                        .toList());
    }
}
