package dev.clipstream.label;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A label that an image may get.
///
/// @param id        stable id, unique in its set, not blank
/// @param names     names by BCP 47 language tag, not blank; includes the set's two languages
/// @param prompts   prompts to use instead of the set's templates, not blank. Empty: the templates are used
/// @param threshold minimum probability of this label, 0 to 1. Null: that of the set
/// @param parent    id of a broader label in the same set. Null: none. For consumers; scores do not use it
public record Label(
        String id,
        Map<String, String> names,
        List<String> prompts,
        @Nullable Double threshold,
        @Nullable String parent) {

    /// @throws IllegalArgumentException if a component violates the conditions above
    public Label {
        names = Map.copyOf(names);
        prompts = List.copyOf(new LinkedHashSet<>(prompts));
        FieldChecks.requireText("id", id);
        if (names.isEmpty()) {
            throw new InvalidLabelException(
                    "names", "expected at least one name by language, found none: write names: {en: " + id + "}");
        }
        names.forEach((language, name) -> {
            FieldChecks.requireLanguage("names." + language, language);
            FieldChecks.requireText("names." + language, name);
        });
        for (int i = 0; i < prompts.size(); i++) {
            FieldChecks.requireText("prompts[" + i + "]", prompts.get(i));
        }
        if (threshold != null) {
            FieldChecks.requireProbability("threshold", threshold);
        }
        if (parent != null && parent.equals(id)) {
            throw new InvalidLabelException(
                    "parent", "expected the id of a broader label, found the label's own: remove it");
        }
    }

    /// Returns a label without prompts, threshold or parent.
    public static Label of(String id, Map<String, String> names) {
        return new Label(id, names, List.of(), null, null);
    }

    /// Returns the name in a language.
    ///
    /// @throws IllegalArgumentException if the label has no name in it
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
