package dev.clipstream.train.scene;

import dev.clipstream.tag.PromptTemplates;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Says of a scene what it shows, in one of two languages and many ways, all true. Safe for use by many threads.
///
/// The words of [#HELD_OUT_ENGLISH] and [#HELD_OUT_CHINESE] and the held-out synonyms are for measuring only: no
/// caption
/// of a training has them.
final class Captions {
    /// What a caption speaks of.
    enum Kind {
        NAME,
        PROMPT,
        PHRASE,
        SYNONYM,
        BROADER,
        COLOUR,
        COUNT,
        COUNT_AND_COLOUR,
        RELATION,
        ONLY_COLOUR,
        ONLY_COUNT,
        ANYTHING
    }

    /// Word orders that are never trained; `{0}` the things, `{1}` the colour.
    static final List<String> HELD_OUT_ENGLISH =
            List.of("on a {1} background, {0}", "against {1}: {0}", "the background is {1} and there is {0}");

    /// Word orders that are never trained; `{0}` the things, `{1}` the colour.
    static final List<String> HELD_OUT_CHINESE = List.of("背景是{1}的{0}", "在{1}的背景前有{0}");

    private static final List<String> PHRASES_ENGLISH = List.of(
            "{0}",
            "a photo of {0}",
            "a picture of {0}",
            "an image of {0}",
            "a photo of {0}.",
            "a picture with {0}",
            "this is a photo of {0}");

    private static final List<String> PHRASES_CHINESE =
            List.of("{0}", "{0}的照片", "一张{0}的照片", "{0}的图片", "图片里有{0}", "有{0}的图片", "照片上是{0}");

    private static final List<String> COLOURS_ENGLISH = List.of(
            "{0} on a {1} background",
            "a photo of {0} on a {1} background",
            "{0} in front of a {1} background",
            "a {1} background with {0}",
            "a picture of {0} on {1}",
            "{0} on {1}");

    private static final List<String> COLOURS_CHINESE =
            List.of("{1}背景上的{0}", "一张{1}背景上{0}的照片", "{0}，{1}背景", "{1}背景，{0}", "{1}的背景上有{0}", "{1}背景的{0}");

    private static final List<String> ONLY_COLOUR_ENGLISH = List.of(
            "a {1} background",
            "a photo with a {1} background",
            "something on a {1} background",
            "a picture on a {1} background",
            "{1} background",
            "{1}");

    private static final List<String> ONLY_COLOUR_CHINESE =
            List.of("{1}背景", "{1}背景的照片", "{1}背景上的东西", "一张{1}背景的图片", "{1}的背景", "{1}");

    private static final List<String> NUMBERS_ENGLISH = List.of("no", "one", "two", "three", "four");
    private static final List<String> NUMBERS_CHINESE = List.of("零", "一", "两", "三", "四");

    private final List<Concept> concepts;

    Captions(List<Concept> concepts) {
        this.concepts = List.copyOf(concepts);
    }

    /// A caption of the wanted kind where the scene has what it speaks of, else of the things.
    String caption(Scene scene, Kind wanted, Language language, SplittableRandom random) {
        boolean english = language == Language.ENGLISH;
        if (scene.objects().isEmpty()) {
            return nothing(scene, language, random);
        }
        Concept thing = concepts.get(
                scene.objects().get(random.nextInt(scene.objects().size())).concept());
        Words words = thing.words(language);
        boolean coloured = scene.background().colour() != null;
        return switch (wanted) {
            case NAME -> cased(words.name(), random);
            case PROMPT -> prompt(words.name(), language, random);
            case SYNONYM -> {
                if (words.synonyms().isEmpty()) {
                    yield words.name();
                }
                String synonym = pick(words.synonyms(), random);
                yield random.nextInt(3) == 0 ? prompt(synonym, language, random) : cased(synonym, random);
            }
            case BROADER -> {
                if (thing.broader().isEmpty()) {
                    yield prompt(words.name(), language, random);
                }
                Concept.Broader broader = pick(thing.broader(), random);
                String name = english ? broader.english() : broader.chinese();
                yield random.nextBoolean() ? prompt(name, language, random) : name;
            }
            case PHRASE ->
                fill(pick(english ? PHRASES_ENGLISH : PHRASES_CHINESE, random), things(scene, language, random), "");
            case COUNT -> fill(pick(english ? PHRASES_ENGLISH : PHRASES_CHINESE, random), counted(scene, language), "");
            case COLOUR, COUNT_AND_COLOUR -> {
                String things = wanted == Kind.COLOUR ? things(scene, language, random) : counted(scene, language);
                yield coloured
                        ? fill(
                                pick(english ? COLOURS_ENGLISH : COLOURS_CHINESE, random),
                                things,
                                colour(scene, language, random))
                        : fill(pick(english ? PHRASES_ENGLISH : PHRASES_CHINESE, random), things, "");
            }
            case RELATION -> relation(scene, language, random);
            case ONLY_COLOUR ->
                coloured
                        ? fill(
                                pick(english ? ONLY_COLOUR_ENGLISH : ONLY_COLOUR_CHINESE, random),
                                "",
                                colour(scene, language, random))
                        : prompt(words.name(), language, random);
            case ONLY_COUNT ->
                fill(
                        pick(english ? PHRASES_ENGLISH : PHRASES_CHINESE, random),
                        countOnly(scene.objects().size(), language, random),
                        "");
            case ANYTHING -> pick(PromptTemplates.background(language.tag()).subList(0, 2), random);
        };
    }

    /// All that can be said of a scene in one caption: things, number, place, colour of background.
    String full(Scene scene, Language language) {
        String things = scene.objects().size() == 2 && !scene.ofOneKind()
                ? placed(scene, language, true)
                : counted(scene, language);
        BackgroundColour colour = scene.background().colour();
        String template = language == Language.ENGLISH ? COLOURS_ENGLISH.getFirst() : COLOURS_CHINESE.getFirst();
        return colour == null ? things : fill(template, things, colour.word(language));
    }

    private static String nothing(Scene scene, Language language, SplittableRandom random) {
        boolean english = language == Language.ENGLISH;
        boolean textured = switch (scene.background().kind()) {
            case PLAIN, GRADIENT, PHOTO -> false;
            case STRIPES, CHECKS, DOTS, NOISE -> true;
        };
        if (textured && random.nextInt(3) == 0) {
            return PromptTemplates.background(language.tag()).get(2);
        }
        if (scene.background().colour() != null && random.nextBoolean()) {
            return fill(
                    pick((english ? ONLY_COLOUR_ENGLISH : ONLY_COLOUR_CHINESE).subList(0, 2), random),
                    "",
                    colour(scene, language, random));
        }
        return PromptTemplates.background(language.tag()).get(3);
    }

    private static String prompt(String name, Language language, SplittableRandom random) {
        List<String> templates = PromptTemplates.defaults(language.tag());
        String template = random.nextBoolean() ? templates.getFirst() : pick(templates, random);
        return template.replace(PromptTemplates.PLACEHOLDER, name);
    }

    private String things(Scene scene, Language language, SplittableRandom random) {
        if (language == Language.CHINESE && scene.ofOneKind() && random.nextBoolean()) {
            return concepts.get(scene.objects().getFirst().concept()).chinese().name();
        }
        return counted(scene, language);
    }

    /// `two dogs and a cat`, `两只狗和一只猫`.
    String counted(Scene scene, Language language) {
        List<String> parts = new ArrayList<>();
        List<Integer> kinds =
                scene.objects().stream().map(Scene.Placed::concept).distinct().toList();
        for (int kind : kinds) {
            int count = (int) scene.objects().stream()
                    .filter(object -> object.concept() == kind)
                    .count();
            parts.add(counted(concepts.get(kind), count, language));
        }
        String and = language == Language.ENGLISH ? " and " : "和";
        String comma = language == Language.ENGLISH ? ", " : "、";
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        return String.join(comma, parts.subList(0, parts.size() - 1)) + and + parts.getLast();
    }

    static String counted(Concept thing, int count, Language language) {
        if (language == Language.CHINESE) {
            return NUMBERS_CHINESE.get(count)
                    + thing.measure()
                    + thing.chinese().name();
        }
        return count == 1
                ? EnglishNoun.singular(thing.english().name())
                : NUMBERS_ENGLISH.get(count) + " "
                        + EnglishNoun.plural(thing.english().name());
    }

    private static String countOnly(int count, Language language, SplittableRandom random) {
        if (language == Language.CHINESE) {
            return NUMBERS_CHINESE.get(count) + "个" + (random.nextBoolean() ? "东西" : "物体");
        }
        String thing = random.nextBoolean() ? "thing" : "object";
        return NUMBERS_ENGLISH.get(count) + " " + (count == 1 ? thing : thing + "s");
    }

    private String relation(Scene scene, Language language, SplittableRandom random) {
        if (scene.objects().size() != 2 || scene.ofOneKind()) {
            return fill(
                    pick(language == Language.ENGLISH ? PHRASES_ENGLISH : PHRASES_CHINESE, random),
                    counted(scene, language),
                    "");
        }
        return placed(scene, language, random.nextBoolean());
    }

    /// Where two things lie, by the larger of the distances across and down.
    ///
    /// @param inOrder whether the first thing is named first
    private String placed(Scene scene, Language language, boolean inOrder) {
        Scene.Placed one = scene.objects().get(inOrder ? 0 : 1);
        Scene.Placed other = scene.objects().get(inOrder ? 1 : 0);
        double across = one.x() - other.x();
        double down = one.y() - other.y();
        boolean beside = Math.abs(across) >= Math.abs(down);
        Concept first = concepts.get(one.concept());
        Concept second = concepts.get(other.concept());
        if (language == Language.CHINESE) {
            String where = beside ? (across < 0 ? "左边" : "右边") : down < 0 ? "上面" : "下面";
            return first.chinese().name() + "在" + second.chinese().name() + "的" + where;
        }
        String where = beside ? (across < 0 ? "to the left of" : "to the right of") : down < 0 ? "above" : "below";
        return EnglishNoun.singular(first.english().name()) + " " + where + " "
                + EnglishNoun.singular(second.english().name());
    }

    private static String colour(Scene scene, Language language, SplittableRandom random) {
        BackgroundColour colour = scene.background().colour();
        if (colour == null) {
            throw new IllegalArgumentException("A scene with a named colour was expected, found " + scene.background());
        }
        return colour == BackgroundColour.GREY && language == Language.ENGLISH && random.nextInt(3) == 0
                ? "gray"
                : colour.word(language);
    }

    static String fill(String template, String things, String colour) {
        return template.replace("{0}", things)
                .replace(" a {1}", (colour.matches("orange") ? " an " : " a ") + colour)
                .replaceFirst("^a \\{1\\}", (colour.matches("orange") ? "an " : "a ") + colour)
                .replace("{1}", colour);
    }

    private static String cased(String name, SplittableRandom random) {
        return random.nextInt(8) == 0 ? name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) : name;
    }

    private static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }
}
