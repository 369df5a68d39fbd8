package dev.clipstream.label;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A label that an image may get.
///
/// @param id        stable id, unique in its set, not blank
/// @param names     names by BCP 47 language tag, not blank; includes the set's two languages
/// @param prompts   prompts to use instead of the set's templates, not blank. Empty: the templates are used
/// @param threshold minimum probability of this label, 0 to 1. Null: that of the set
/// @param parent    id of a broader label in the same set, which a tag of this label brings along. Null: none
/// @param aliases   other names by which searches find the label, not blank
/// @param calibration makes the label's probability; belongs to the set's model. Null: the set's mode makes it
/// @param examples  pictures whose vectors shift the label's; of the set's model
/// @param exampleWeight share of the examples in the label's vector, 0 (texts alone) to 1 (examples alone)
public record Label(
        String id,
        Map<String, String> names,
        List<String> prompts,
        @Nullable Double threshold,
        @Nullable String parent,
        List<String> aliases,
        @Nullable LabelCalibration calibration,
        List<LabelExample> examples,
        double exampleWeight) {

    /// @throws IllegalArgumentException if a component violates the conditions above
    public Label {
        names = Map.copyOf(names);
        prompts = List.copyOf(new LinkedHashSet<>(prompts));
        aliases = List.copyOf(aliases);
        examples = List.copyOf(examples);
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
        Set<String> known = new HashSet<>(Set.of(id));
        for (int i = 0; i < aliases.size(); i++) {
            FieldChecks.requireText("aliases[" + i + "]", aliases.get(i));
            if (!known.add(aliases.get(i))) {
                throw new InvalidLabelException(
                        "aliases[" + i + "]",
                        "expected another name of the label, found " + FieldChecks.quote(aliases.get(i))
                                + " again: remove it");
            }
        }
        FieldChecks.requireProbability("exampleWeight", exampleWeight);
        if (exampleWeight > 0 && examples.stream().noneMatch(LabelExample::positive)) {
            throw new InvalidLabelException(
                    "exampleWeight",
                    "expected 0 without an example that shows the label, found " + exampleWeight
                            + ": add an example or remove the weight");
        }
    }

    /// Creates a label without aliases, calibration and examples.
    public Label(
            String id,
            Map<String, String> names,
            List<String> prompts,
            @Nullable Double threshold,
            @Nullable String parent) {
        this(id, names, prompts, threshold, parent, List.of(), null, List.of(), 0);
    }

    /// Returns a label without prompts, threshold or parent.
    public static Label of(String id, Map<String, String> names) {
        return new Label(id, names, List.of(), null, null);
    }

    /// Returns this label with other examples. They move its cosines, so it has no calibration, and no threshold if it
    /// had a calibration.
    ///
    /// @param weight 0 to 1; 0 without an example that shows the label
    public Label withExamples(List<LabelExample> examples, double weight) {
        return new Label(id, names, prompts, uncalibratedThreshold(), parent, aliases, null, examples, weight);
    }

    /// Returns this label without its own prompts. They move its cosines, so it has no calibration, and no threshold if
    /// it had a calibration.
    public Label withoutPrompts() {
        return new Label(id, names, List.of(), uncalibratedThreshold(), parent, aliases, null, examples, exampleWeight);
    }

    /// Returns the minimum probability of this label if its calibration does not apply: null if it has a calibration,
    /// since its threshold is then one of calibrated probabilities.
    public @Nullable Double uncalibratedThreshold() {
        return calibration == null ? threshold : null;
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
