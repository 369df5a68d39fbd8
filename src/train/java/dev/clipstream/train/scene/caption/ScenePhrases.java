package dev.clipstream.train.scene.caption;

import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.concept.Concept;
import java.util.ArrayList;
import java.util.List;

/// Phrases what a scene shows: how many of which concept, and where. Immutable.
public final class ScenePhrases {
    private static final List<String> NUMBERS_ENGLISH = List.of("no", "one", "two", "three", "four");
    private static final List<String> NUMBERS_CHINESE = List.of("零", "一", "两", "三", "四");

    private final List<Concept> concepts;

    public ScenePhrases(List<Concept> concepts) {
        this.concepts = List.copyOf(concepts);
    }

    /// Describes a scene completely in one caption: objects, number, position, background colour.
    public String complete(Scene scene, Language language) {
        return complete(
                scene,
                language,
                SentenceTemplates.OBJECTS_AND_COLOUR.in(language).getFirst());
    }

    /// Describes a scene completely in a given sentence template.
    public String complete(Scene scene, Language language, String order) {
        String things = ofTwoKinds(scene) ? relation(scene, language, true) : counted(scene, language);
        BackgroundColour colour = scene.background().colour();
        return colour == null ? things : SentenceTemplates.fill(order, things, colour.word(language));
    }

    static boolean ofTwoKinds(Scene scene) {
        return scene.objects().size() == 2 && !scene.ofOneKind();
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
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        String and = language == Language.ENGLISH ? " and " : "和";
        String comma = language == Language.ENGLISH ? ", " : "、";
        return String.join(comma, parts.subList(0, parts.size() - 1)) + and + parts.getLast();
    }

    private static String counted(Concept thing, int count, Language language) {
        if (language == Language.CHINESE) {
            return NUMBERS_CHINESE.get(count)
                    + thing.measure()
                    + thing.chinese().name();
        }
        String name = thing.english().name();
        return count == 1 ? EnglishNoun.singular(name) : NUMBERS_ENGLISH.get(count) + " " + EnglishNoun.plural(name);
    }

    /// `two things`, `two objects`; `两个东西`, `两个物体`.
    static List<String> numbers(int count, Language language) {
        if (language == Language.CHINESE) {
            String number = NUMBERS_CHINESE.get(count) + "个";
            return List.of(number + "东西", number + "物体");
        }
        String number = NUMBERS_ENGLISH.get(count);
        return count == 1
                ? List.of(number + " thing", number + " object")
                : List.of(number + " things", number + " objects");
    }

    /// Describes the relative position of two objects along the larger of the horizontal and vertical distance: `a
    /// dog to the left of a cat`.
    ///
    /// @param scene   a scene of two objects
    /// @param inOrder whether the first object is named first
    public String relation(Scene scene, Language language, boolean inOrder) {
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
}
