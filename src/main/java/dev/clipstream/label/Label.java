package dev.clipstream.label;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One label that a picture may get.
///
/// @param id        stable id, unique in its set, not blank
/// @param names     names by BCP 47 language tag, not blank; at least those of the set's two languages
/// @param prompts   full prompts used instead of the set's templates, not blank. Empty: the templates
///                  are filled with the name
/// @param threshold this label's own smallest probability, 0 to 1. Null: the set's
/// @param parent    id of the broader label in the same set. Null: none. Told to consumers;
///                  scores do not use it
public record Label(
        String id,
        Map<String, String> names,
        List<String> prompts,
        @Nullable Double threshold,
        @Nullable String parent) {

    /// @throws IllegalArgumentException if a component is not as told above
    public Label {
        names = Map.copyOf(names);
        prompts = List.copyOf(new LinkedHashSet<>(prompts));
        Texts.requireText("id", id);
        if (names.isEmpty()) {
            throw new InvalidLabelException(
                    "names", "expected at least one name by language, found none: write names: {en: " + id + "}");
        }
        names.forEach((language, name) -> {
            Texts.requireLanguage("names." + language, language);
            Texts.requireText("names." + language, name);
        });
        for (int i = 0; i < prompts.size(); i++) {
            Texts.requireText("prompts[" + i + "]", prompts.get(i));
        }
        if (threshold != null) {
            Texts.requireProbability("threshold", threshold);
        }
        if (parent != null && parent.equals(id)) {
            throw new InvalidLabelException(
                    "parent", "expected the id of a broader label, found the label's own: remove it");
        }
    }

    /// A label without prompts, threshold or parent of its own.
    public static Label of(String id, Map<String, String> names) {
        return new Label(id, names, List.of(), null, null);
    }

    /// The name in a language.
    ///
    /// @throws IllegalArgumentException if there is none
    public String name(String language) {
        String name = names.get(language);
        if (name == null) {
            throw new InvalidLabelException(
                    "names",
                    "expected a name in '" + language + "' for the label '" + id + "', found those in "
                            + names.keySet().stream().sorted().toList() + ": add it");
        }
        return name;
    }
}
