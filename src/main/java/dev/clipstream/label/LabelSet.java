package dev.clipstream.label;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A set of labels that images are tagged with. It has the same fields as `schemas/LabelSet.avsc`.
///
/// @param name              not blank; the key on `media.labels`
/// @param version           not blank; a changed label set has a new one
/// @param language          BCP 47 tag of the names that are published as display names
/// @param promptLanguage    BCP 47 tag of the names in prompts: a language of the model's text tower, such as
///                          English for OpenAI's CLIP or Chinese for Chinese-CLIP, independent of the displayed
///                          one
/// @param mode              how probabilities are computed
/// @param topK              maximum tags per image, at least 1
/// @param threshold         minimum probability of a tag, 0 to 1
/// @param templates         prompts with `{}` as the placeholder of the name. Empty: the names are the prompts
/// @param backgroundPrompts texts that each label competes with in mode MULTI with softmax models. Empty:
///                          [PromptTemplates#background]
/// @param labels            at least one, with unique ids and aliases; parents are in the same set and form no cycle
/// @param description       what the set is for, and what it was measured on. Empty: not said
/// @param modelFingerprint  the model that calibrations and examples belong to. Null: the set has neither
/// @param alert             not null: the set is a standing query with one label, whose matches are alerts and not tags
public record LabelSet(
        String name,
        String version,
        String language,
        String promptLanguage,
        Mode mode,
        int topK,
        double threshold,
        List<String> templates,
        List<String> backgroundPrompts,
        List<Label> labels,
        String description,
        @Nullable String modelFingerprint,
        @Nullable AlertFilter alert) {

    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    /// How probabilities are computed.
    public enum Mode {
        /// The labels compete: their probabilities sum to 1, even if the image shows none of them.
        EXCLUSIVE,
        /// Each label is independent: any number of labels may apply, including none.
        MULTI
    }

    /// @throws IllegalArgumentException if a component violates the conditions above; the message starts with its
    ///         path
    public LabelSet {
        templates = List.copyOf(new LinkedHashSet<>(templates));
        backgroundPrompts = List.copyOf(new LinkedHashSet<>(backgroundPrompts));
        labels = List.copyOf(labels);
        FieldChecks.requireText("name", name);
        FieldChecks.requireText("version", version);
        FieldChecks.requireLanguage("language", language);
        FieldChecks.requireLanguage("promptLanguage", promptLanguage);
        if (topK < 1) {
            throw new InvalidLabelException("topK", "expected at least 1, found " + topK + ": correct it");
        }
        FieldChecks.requireProbability("threshold", threshold);
        for (int i = 0; i < templates.size(); i++) {
            requireTemplate("templates[" + i + "]", templates.get(i));
        }
        for (int i = 0; i < backgroundPrompts.size(); i++) {
            FieldChecks.requireText("backgroundPrompts[" + i + "]", backgroundPrompts.get(i));
        }
        if (labels.isEmpty()) {
            throw new InvalidLabelException("labels", "expected at least one label, found none: add one");
        }
        requireLabels(labels, language, promptLanguage);
        FieldChecks.requireUnicode("description", description);
        requireModel(labels, modelFingerprint);
        if (alert != null && labels.size() != 1) {
            throw new InvalidLabelException(
                    "labels", "expected the one label of a standing query, found " + labels.size() + ": keep one");
        }
    }

    /// Creates a label set of text labels, without description.
    public LabelSet(
            String name,
            String version,
            String language,
            String promptLanguage,
            Mode mode,
            int topK,
            double threshold,
            List<String> templates,
            List<String> backgroundPrompts,
            List<Label> labels) {
        this(
                name,
                version,
                language,
                promptLanguage,
                mode,
                topK,
                threshold,
                templates,
                backgroundPrompts,
                labels,
                "",
                null,
                null);
    }

    /// Creates a label set with the same language for display and prompts.
    public LabelSet(
            String name,
            String version,
            String language,
            Mode mode,
            int topK,
            double threshold,
            List<String> templates,
            List<String> backgroundPrompts,
            List<Label> labels) {
        this(name, version, language, language, mode, topK, threshold, templates, backgroundPrompts, labels);
    }

    /// Returns this set with other labels, as a new version.
    ///
    /// @param modelFingerprint the model that their calibrations and examples belong to. Null: they have neither
    public LabelSet with(String version, List<Label> labels, @Nullable String modelFingerprint) {
        return new LabelSet(
                name,
                version,
                language,
                promptLanguage,
                mode,
                topK,
                threshold,
                templates,
                backgroundPrompts,
                labels,
                description,
                modelFingerprint,
                alert);
    }

    /// Returns the SHA-256 over the content, 64 lower-case hexadecimal digits. Equal label sets have the same digest in
    /// every process.
    public String digest() {
        return LabelSetDigest.of(this);
    }

    /// Returns the same label set with another version.
    public LabelSet withVersion(String other) {
        return with(other, labels, modelFingerprint);
    }

    /// Returns the same labels with other languages. If the prompt language changes, its defaults replace the
    /// templates, the background prompts and the labels' own prompts, which are written in the previous language.
    /// Calibrations of the previous prompts go, with their thresholds.
    ///
    /// @throws IllegalArgumentException if a label has no name in one of the languages
    public LabelSet in(String language, String promptLanguage) {
        boolean samePrompts = promptLanguage.equals(this.promptLanguage);
        return new LabelSet(
                name,
                version,
                language,
                promptLanguage,
                mode,
                topK,
                threshold,
                samePrompts ? templates : PromptTemplates.defaults(promptLanguage),
                samePrompts ? backgroundPrompts : List.of(),
                samePrompts
                        ? labels
                        : labels.stream().map(Label::withoutPrompts).toList(),
                description,
                modelFingerprint,
                alert);
    }

    private static void requireModel(List<Label> labels, @Nullable String modelFingerprint) {
        if (modelFingerprint != null && !FINGERPRINT.matcher(modelFingerprint).matches()) {
            throw new InvalidLabelException(
                    "modelFingerprint",
                    "expected 64 lower-case hexadecimal digits, found " + FieldChecks.quote(modelFingerprint)
                            + ": copy it from clipstream embed, or calibrate again");
        }
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.get(i);
            if (modelFingerprint == null
                    && (label.calibration() != null || !label.examples().isEmpty())) {
                throw new InvalidLabelException(
                        "modelFingerprint",
                        "expected the model that the calibration or the examples of labels[" + i
                                + "] belong to, found none: add it, or calibrate again");
            }
        }
    }

    private static void requireTemplate(String path, String template) {
        FieldChecks.requireText(path, template);
        if (!template.contains(PromptTemplates.PLACEHOLDER)) {
            throw new InvalidLabelException(
                    path,
                    "expected a template with {} where the label's name goes, found " + FieldChecks.quote(template)
                            + ": put {} in");
        }
    }

    private static void requireLabels(List<Label> labels, String language, String promptLanguage) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.get(i);
            Integer earlier = places.putIfAbsent(label.id(), i);
            if (earlier != null) {
                throw new InvalidLabelException(
                        "labels[" + i + "].id",
                        "expected an id of its own, found " + FieldChecks.quote(label.id()) + ", which labels["
                                + earlier + "] has: rename or remove one");
            }
            try {
                label.name(language);
                if (label.prompts().isEmpty()) {
                    label.name(promptLanguage);
                }
            } catch (InvalidLabelException missing) {
                throw missing.within("labels[" + i + "]");
            }
        }
        for (int i = 0; i < labels.size(); i++) {
            List<String> aliases = labels.get(i).aliases();
            for (int j = 0; j < aliases.size(); j++) {
                Integer other = places.putIfAbsent(aliases.get(j), i);
                if (other != null) {
                    throw new InvalidLabelException(
                            "labels[" + i + "].aliases[" + j + "]",
                            "expected a name of its own, found " + FieldChecks.quote(aliases.get(j)) + ", which labels["
                                    + other + "] has: rename or remove one");
                }
            }
        }
        Set<String> checked = new HashSet<>();
        for (int i = 0; i < labels.size(); i++) {
            requireParents(labels, places, i, checked);
        }
    }

    /// Follows the parents of one label to the root. Labels that an earlier walk has checked end the walk, so that
    /// all walks together are linear.
    private static void requireParents(
            List<Label> labels, Map<String, Integer> places, int start, Set<String> checked) {
        Set<String> walk = new LinkedHashSet<>();
        int place = start;
        while (true) {
            Label label = labels.get(place);
            if (checked.contains(label.id())) {
                break;
            }
            if (!walk.add(label.id())) {
                throw new InvalidLabelException(
                        "labels[" + start + "].parent",
                        "expected parents that end somewhere, found the cycle " + String.join(" → ", walk) + " → "
                                + label.id() + ": remove one of these parents");
            }
            if (label.parent() == null) {
                break;
            }
            Integer parent = places.get(label.parent());
            if (parent == null || !labels.get(parent).id().equals(label.parent())) {
                throw new InvalidLabelException(
                        "labels[" + place + "].parent",
                        "expected the id of a label in this set, found " + FieldChecks.quote(label.parent())
                                + Suggestion.hint(label.parent(), places.keySet()) + ": correct it or add that label");
            }
            place = parent;
        }
        checked.addAll(walk);
    }
}
