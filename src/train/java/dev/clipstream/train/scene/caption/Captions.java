package dev.clipstream.train.scene.caption;

import dev.clipstream.label.PromptTemplates;
import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Words;
import java.util.List;
import java.util.SplittableRandom;

/// Makes training captions: true descriptions of a scene in two languages and many forms. They contain no held-out
/// synonym and no held-out sentence template. Immutable.
public final class Captions {
    /// What a caption describes.
    public enum Kind {
        /// The name of an object.
        NAME,
        /// Its name in a prompt template, as the zero-shot tagger uses it.
        PROMPT,
        /// The objects in a sentence.
        PHRASE,
        /// A synonym of an object's name.
        SYNONYM,
        /// A hypernym of an object.
        BROADER,
        COLOUR,
        COUNT,
        COUNT_AND_COLOUR,
        /// The relative position of two objects.
        RELATION,
        ONLY_COLOUR,
        ONLY_COUNT,
        /// That it is an image: the background class that labels compete with.
        ANYTHING
    }

    private final List<Concept> concepts;
    private final ScenePhrases phrases;

    public Captions(List<Concept> concepts) {
        this.concepts = List.copyOf(concepts);
        this.phrases = new ScenePhrases(concepts);
    }

    /// Returns a caption of the wanted kind if the scene has what it describes, or a caption of the objects.
    public String caption(Scene scene, Kind wanted, Language language, SplittableRandom random) {
        if (scene.objects().isEmpty()) {
            return nothing(scene, language, random);
        }
        Concept thing = concepts.get(
                scene.objects().get(random.nextInt(scene.objects().size())).concept());
        Words words = thing.words(language);
        return switch (wanted) {
            case NAME -> words.name();
            case PROMPT -> prompt(words.name(), language, random);
            case SYNONYM -> synonym(words, language, random);
            case BROADER -> broader(thing, language, random);
            case PHRASE -> {
                String order = SentenceTemplates.OBJECTS.any(language, random);
                yield SentenceTemplates.fill(order, bare(scene, language, random), "");
            }
            case COUNT -> sentence(phrases.counted(scene, language), language, random);
            case COLOUR -> coloured(scene, bare(scene, language, random), language, random);
            case COUNT_AND_COLOUR -> coloured(scene, phrases.counted(scene, language), language, random);
            case RELATION ->
                ScenePhrases.ofTwoKinds(scene)
                        ? phrases.relation(scene, language, random.nextBoolean())
                        : sentence(phrases.counted(scene, language), language, random);
            case ONLY_COLOUR ->
                scene.background().colour() == null
                        ? prompt(words.name(), language, random)
                        : coloured(SentenceTemplates.COLOUR.any(language, random), "", scene, language, random);
            case ONLY_COUNT ->
                SentenceTemplates.fill(
                        SentenceTemplates.OBJECTS.any(language, random),
                        pick(ScenePhrases.numbers(scene.objects().size(), language), random),
                        "");
            case ANYTHING -> pick(anything(language), random);
        };
    }

    /// Returns texts that are true of every image of objects: the background class that labels compete with.
    static List<String> anything(Language language) {
        return PromptTemplates.background(language.tag()).subList(0, 2);
    }

    /// Returns every spelling of a colour.
    static List<String> words(BackgroundColour colour, Language language) {
        return colour == BackgroundColour.GREY && language == Language.ENGLISH
                ? List.of("grey", "gray")
                : List.of(colour.word(language));
    }

    /// Captions a scene without objects.
    private static String nothing(Scene scene, Language language, SplittableRandom random) {
        boolean textured = switch (scene.background().kind()) {
            case PLAIN, GRADIENT, PHOTO -> false;
            case STRIPES, CHECKS, DOTS, NOISE -> true;
        };
        if (textured && random.nextInt(3) == 0) {
            return PromptTemplates.background(language.tag()).get(2);
        }
        if (scene.background().colour() != null && random.nextBoolean()) {
            return coloured(
                    pick(SentenceTemplates.COLOUR.in(language).subList(0, 2), random), "", scene, language, random);
        }
        return PromptTemplates.background(language.tag()).get(3);
    }

    private static String prompt(String name, Language language, SplittableRandom random) {
        List<String> templates = PromptTemplates.defaults(language.tag());
        String template = random.nextBoolean() ? templates.getFirst() : pick(templates, random);
        return template.replace(PromptTemplates.PLACEHOLDER, name);
    }

    private static String synonym(Words words, Language language, SplittableRandom random) {
        if (words.synonyms().isEmpty()) {
            return words.name();
        }
        String synonym = pick(words.synonyms(), random);
        return random.nextInt(3) == 0 ? prompt(synonym, language, random) : synonym;
    }

    private static String broader(Concept thing, Language language, SplittableRandom random) {
        if (thing.broader().isEmpty()) {
            return prompt(thing.words(language).name(), language, random);
        }
        Concept.Broader broader = pick(thing.broader(), random);
        String name = broader.in(language);
        return random.nextBoolean() ? prompt(name, language, random) : name;
    }

    /// Phrases the objects with their number, which Chinese may omit.
    private String bare(Scene scene, Language language, SplittableRandom random) {
        if (language == Language.CHINESE && scene.ofOneKind() && random.nextBoolean()) {
            return concepts.get(scene.objects().getFirst().concept()).chinese().name();
        }
        return phrases.counted(scene, language);
    }

    private static String sentence(String things, Language language, SplittableRandom random) {
        return SentenceTemplates.fill(SentenceTemplates.OBJECTS.any(language, random), things, "");
    }

    private static String coloured(Scene scene, String things, Language language, SplittableRandom random) {
        return scene.background().colour() == null
                ? sentence(things, language, random)
                : coloured(SentenceTemplates.OBJECTS_AND_COLOUR.any(language, random), things, scene, language, random);
    }

    private static String coloured(
            String order, String things, Scene scene, Language language, SplittableRandom random) {
        BackgroundColour colour = scene.background().colour();
        if (colour == null) {
            throw new IllegalArgumentException("Expected a scene with a named colour, found " + scene.background());
        }
        return SentenceTemplates.fill(order, things, pick(words(colour, language), random));
    }

    private static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }
}
