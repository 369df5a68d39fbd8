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

/// The scenes of the suites that have texts, no two of them with the same. One use, one thread.
final class RetrievalScenes {
    private final ScenePhrases telling;
    private final ObjectSampler things;
    private final SplittableRandom random;

    /// @param sampler of held-out scenes
    RetrievalScenes(List<Concept> concepts, SceneSampler sampler, SplittableRandom random) {
        this.telling = new ScenePhrases(concepts);
        this.things = new ObjectSampler(concepts, sampler);
        this.random = random;
    }

    List<RetrievalScene> scenes(Suite suite, int count) {
        return switch (suite) {
            case RETRIEVAL -> distinct(count, telling::full);
            case WORD_ORDERS ->
                distinct(
                        count,
                        (scene, language) ->
                                telling.full(scene, language, SentenceTemplates.HELD_OUT.any(language, random)));
            case RELATIONS -> changedOver(count);
            case CONCEPTS_100, CONCEPTS_ALL, COLOUR, COUNT, SYNONYMS_EN, SYNONYMS_ZH, SAMPLES, TRAINING ->
                throw new IllegalArgumentException(
                        "A suite of held-out scenes with texts was expected, found " + suite);
        };
    }

    private List<RetrievalScene> distinct(int count, BiFunction<Scene, Language, String> text) {
        Set<String> taken = new HashSet<>();
        List<RetrievalScene> scenes = new ArrayList<>();
        while (scenes.size() < count) {
            Scene scene = things.scene(false, random);
            if (scene.background().colour() != null && taken.add(telling.full(scene, Language.ENGLISH))) {
                scenes.add(texted(scene, text));
            }
        }
        return scenes;
    }

    /// Every scene of two things is followed by the same with the places changed over.
    private List<RetrievalScene> changedOver(int count) {
        BiFunction<Scene, Language, String> text = (scene, language) -> telling.placed(scene, language, true);
        Set<String> taken = new HashSet<>();
        List<RetrievalScene> scenes = new ArrayList<>();
        while (scenes.size() < count) {
            Scene scene = things.mixed(2, random);
            Scene changed = changedOver(scene);
            if (taken.add(text.apply(scene, Language.ENGLISH)) && taken.add(text.apply(changed, Language.ENGLISH))) {
                scenes.add(texted(scene, text));
                scenes.add(texted(changed, text));
            }
        }
        return scenes.subList(0, count);
    }

    private static Scene changedOver(Scene scene) {
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
