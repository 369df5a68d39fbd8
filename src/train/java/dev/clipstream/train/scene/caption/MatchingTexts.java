package dev.clipstream.train.scene.caption;

import dev.clipstream.label.PromptTemplates;
import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Words;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Lists the short texts that are true of a scene: the names of its objects, bare and in prompt templates, their
/// number, the background colour, and that it is an image. When such a text is the caption of another pair in the
/// batch, the loss must not treat it as a negative. Immutable.
public final class MatchingTexts {
    private final List<List<String>> ofObjects;
    private final List<List<String>> ofNumbers;
    private final Map<BackgroundColour, List<String>> ofColours = new EnumMap<>(BackgroundColour.class);
    private final List<String> ofAnything = new ArrayList<>();

    public MatchingTexts(List<Concept> concepts) {
        this.ofObjects = concepts.stream().map(MatchingTexts::names).toList();
        this.ofNumbers = IntStream.rangeClosed(0, ObjectSampler.MOST)
                .mapToObj(MatchingTexts::numbers)
                .toList();
        for (BackgroundColour colour : BackgroundColour.values()) {
            ofColours.put(colour, colours(colour));
        }
        for (Language language : Language.values()) {
            ofAnything.addAll(Captions.anything(language));
        }
    }

    /// Returns every caption about one object, one number, one colour or none of these that is true of the scene.
    public Set<String> of(Scene scene) {
        Set<String> texts = new HashSet<>();
        BackgroundColour colour = scene.background().colour();
        if (colour != null) {
            texts.addAll(ofColours.getOrDefault(colour, List.of()));
        }
        if (!scene.objects().isEmpty()) {
            texts.addAll(ofAnything);
            texts.addAll(ofNumbers.get(scene.objects().size()));
            scene.objects().forEach(object -> texts.addAll(ofObjects.get(object.concept())));
        }
        return texts;
    }

    private static List<String> names(Concept concept) {
        List<String> texts = new ArrayList<>();
        for (Language language : Language.values()) {
            Words words = concept.words(language);
            List<String> names = new ArrayList<>(words.synonyms());
            names.add(words.name());
            concept.broader().forEach(kind -> names.add(kind.in(language)));
            for (String name : names) {
                texts.add(name);
                for (String template : PromptTemplates.defaults(language.tag())) {
                    texts.add(template.replace(PromptTemplates.PLACEHOLDER, name));
                }
            }
        }
        return List.copyOf(texts);
    }

    private static List<String> numbers(int count) {
        List<String> texts = new ArrayList<>();
        for (Language language : Language.values()) {
            for (String number : ScenePhrases.numbers(count, language)) {
                SentenceTemplates.OBJECTS
                        .in(language)
                        .forEach(order -> texts.add(SentenceTemplates.fill(order, number, "")));
            }
        }
        return List.copyOf(texts);
    }

    private static List<String> colours(BackgroundColour colour) {
        List<String> texts = new ArrayList<>();
        for (Language language : Language.values()) {
            for (String word : Captions.words(colour, language)) {
                SentenceTemplates.COLOUR
                        .in(language)
                        .forEach(order -> texts.add(SentenceTemplates.fill(order, "", word)));
            }
        }
        return List.copyOf(texts);
    }
}
