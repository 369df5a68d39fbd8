package dev.clipstream.train.scene.concept;

import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.Split;
import dev.clipstream.train.scene.TsvResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names pictographs: with CLDR's names and keywords, and everyday ones with the words of `everyday.tsv`, because
/// people say "car" where CLDR says "automobile". Immutable.
final class Dictionary {
    /// One in this many synonyms is held out.
    private static final int SYNONYMS_HELD_OUT = 5;

    /// A keyword of more pictographs than this, such as "face", is too vague for a caption.
    private static final int MAX_USES = 3;

    /// Chinese measure words; each applies from its pictograph on, in the file's order.
    private static final Map<String, String> MEASURES =
            Map.of("🐵", "只", "💐", "朵", "🌱", "棵", "🍇", "个", "🚂", "辆", "🚏", "个", "⛵", "艘", "✈", "架", "💺", "个");

    private final Annotations english;
    private final Annotations chinese;
    private final Map<String, Everyday> everyday = new HashMap<>();
    private final Map<String, Concept.Broader> broader = new HashMap<>();
    private final Map<String, String> parents = new HashMap<>();
    private final Map<String, String> measures = new HashMap<>();

    /// Names of any concept. They occur in captions, so they cannot be held out as a synonym of another concept.
    private final Set<String> names = new HashSet<>();

    /// A row of `everyday.tsv`.
    private record Everyday(String id, List<String> english, List<String> chinese, String kind) {}

    Dictionary(Annotations english, Annotations chinese) throws SceneException {
        this.english = english;
        this.chinese = chinese;
        for (String[] row : TsvResource.rows(Dictionary.class, "everyday.tsv")) {
            Everyday thing = new Everyday(row[1], words(row[2]), words(row[3]), row[4]);
            everyday.put(row[0], thing);
            names.add(thing.english().getFirst());
            names.add(thing.chinese().getFirst());
        }
        for (String[] row : TsvResource.rows(Dictionary.class, "broader.tsv")) {
            broader.put(row[0], new Concept.Broader(row[0], row[1], row[2]));
            parents.put(row[0], row[3]);
            names.add(row[1]);
            names.add(row[2]);
        }
        names.addAll(english.names().values());
        names.addAll(chinese.names().values());
        String measure = "个";
        for (String pictograph : english.names().keySet()) {
            measure = MEASURES.getOrDefault(pictograph, measure);
            measures.put(pictograph, measure);
        }
    }

    private static List<String> words(String cell) {
        return List.of(cell.split("\\|", -1));
    }

    /// Returns the pictographs that have names in both languages, in the English file's order.
    List<String> pictographs() {
        return english.names().keySet().stream()
                .filter(chinese.names()::containsKey)
                .toList();
    }

    /// Returns whether an everyday concept has this name.
    boolean everydayName(String name) {
        return everyday.values().stream()
                .anyMatch(thing -> name.equals(thing.id())
                        || name.equals(thing.english().getFirst())
                        || name.equals(thing.chinese().getFirst()));
    }

    /// @param pictograph one of [#pictographs]
    Concept concept(String pictograph) {
        String measure = measures.getOrDefault(pictograph, "个");
        Everyday thing = everyday.get(pictograph);
        Words inEnglish = words(Language.ENGLISH, pictograph, thing == null ? List.of() : thing.english());
        Words inChinese = words(Language.CHINESE, pictograph, thing == null ? List.of() : thing.chinese());
        return thing == null
                ? new Concept(id(inEnglish.name()), pictograph, inEnglish, inChinese, measure, List.of(), false)
                : new Concept(thing.id(), pictograph, inEnglish, inChinese, measure, kinds(thing.kind()), true);
    }

    private List<Concept.Broader> kinds(String nearest) {
        List<Concept.Broader> kinds = new ArrayList<>();
        for (Concept.@Nullable Broader kind = broader.get(nearest); kind != null; ) {
            kinds.add(kind);
            kind = broader.get(parents.getOrDefault(kind.id(), ""));
        }
        return kinds;
    }

    private Words words(Language language, String pictograph, List<String> own) {
        Annotations annotations = language == Language.ENGLISH ? english : chinese;
        Set<String> all = new LinkedHashSet<>(own);
        all.add(Objects.requireNonNull(annotations.names().get(pictograph)));
        for (String keyword : annotations.keywords().getOrDefault(pictograph, List.of())) {
            if (annotations.uses(keyword) <= MAX_USES) {
                all.add(keyword);
            }
        }
        String name = all.iterator().next();
        all.remove(name);
        List<String> trained = new ArrayList<>();
        List<String> heldOut = new ArrayList<>();
        for (String word : all) {
            boolean out = !names.contains(word) && Split.heldOut("synonym " + language.tag(), word, SYNONYMS_HELD_OUT);
            (out ? heldOut : trained).add(word);
        }
        return new Words(name, trained, heldOut);
    }

    private static String id(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
    }
}
