package dev.clipstream.train.scene.caption;

import dev.clipstream.label.PromptTemplates;
import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.concept.Concept;
import dev.clipstream.train.scene.concept.Words;
import java.util.List;
import java.util.SplittableRandom;

/// Captions for a training: what a scene shows, in one of two languages and many ways, all true. No held-out synonym
/// and
/// no held-out order of words is in any of them. Immutable.
public final class Captions {
    /// What a caption speaks of.
    public enum Kind {
        /// A thing's name alone.
        NAME,
        /// Its name in a prompt template, as labels are asked for.
        PROMPT,
        /// The things in a sentence.
        PHRASE,
        /// Another word for a thing.
        SYNONYM,
        /// What a thing is a kind of.
        BROADER,
        COLOUR,
        COUNT,
        COUNT_AND_COLOUR,
        /// Where two things lie.
        RELATION,
        ONLY_COLOUR,
        ONLY_COUNT,
        /// That it is a picture: what labels are weighed against.
        ANYTHING
    }

    private final List<Concept> concepts;
    private final ScenePhrases telling;

    public Captions(List<Concept> concepts) {
        this.concepts = List.copyOf(concepts);
        this.telling = new ScenePhrases(concepts);
    }

    /// A caption of the wanted kind where the scene has what it speaks of, else of the things.
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
                String order = SentenceTemplates.THINGS.any(language, random);
                yield SentenceTemplates.fill(order, bare(scene, language, random), "");
            }
            case COUNT -> sentence(telling.counted(scene, language), language, random);
            case COLOUR -> coloured(scene, bare(scene, language, random), language, random);
            case COUNT_AND_COLOUR -> coloured(scene, telling.counted(scene, language), language, random);
            case RELATION ->
                ScenePhrases.ofTwoKinds(scene)
                        ? telling.placed(scene, language, random.nextBoolean())
                        : sentence(telling.counted(scene, language), language, random);
            case ONLY_COLOUR ->
                scene.background().colour() == null
                        ? prompt(words.name(), language, random)
                        : coloured(SentenceTemplates.COLOUR.any(language, random), "", scene, language, random);
            case ONLY_COUNT ->
                SentenceTemplates.fill(
                        SentenceTemplates.THINGS.any(language, random),
                        pick(ScenePhrases.numbers(scene.objects().size(), language), random),
                        "");
            case ANYTHING -> pick(anything(language), random);
        };
    }

    /// What is true of every picture of things: what labels are weighed against.
    static List<String> anything(Language language) {
        return PromptTemplates.background(language.tag()).subList(0, 2);
    }

    /// What a colour is called, in every spelling.
    static List<String> words(BackgroundColour colour, Language language) {
        return colour == BackgroundColour.GREY && language == Language.ENGLISH
                ? List.of("grey", "gray")
                : List.of(colour.word(language));
    }

    /// Of a scene without things.
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

    /// The things with their number, which Chinese may leave out.
    private String bare(Scene scene, Language language, SplittableRandom random) {
        if (language == Language.CHINESE && scene.ofOneKind() && random.nextBoolean()) {
            return concepts.get(scene.objects().getFirst().concept()).chinese().name();
        }
        return telling.counted(scene, language);
    }

    private static String sentence(String things, Language language, SplittableRandom random) {
        return SentenceTemplates.fill(SentenceTemplates.THINGS.any(language, random), things, "");
    }

    private static String coloured(Scene scene, String things, Language language, SplittableRandom random) {
        return scene.background().colour() == null
                ? sentence(things, language, random)
                : coloured(SentenceTemplates.THINGS_AND_COLOUR.any(language, random), things, scene, language, random);
    }

    private static String coloured(
            String order, String things, Scene scene, Language language, SplittableRandom random) {
        BackgroundColour colour = scene.background().colour();
        if (colour == null) {
            throw new IllegalArgumentException("A scene with a named colour was expected, found " + scene.background());
        }
        return SentenceTemplates.fill(order, things, pick(words(colour, language), random));
    }

    private static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }
}
