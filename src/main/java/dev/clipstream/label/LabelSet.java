package dev.clipstream.label;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What pictures are tagged with. The same fields as `schemas/LabelSet.avsc`.
///
/// @param name              not blank; the key on `media.labels`
/// @param version           not blank; a changed label set has a new one
/// @param language          BCP 47 tag of the names that are published as display names
/// @param promptLanguage    BCP 47 tag of the names that the model is asked with: the language that its
///                          text tower reads. English for OpenAI's CLIP, whatever is displayed;
///                          Chinese for Chinese-CLIP
/// @param mode              how probabilities come about
/// @param topK              at most this many tags a picture, at least 1
/// @param threshold         smallest probability of a tag, 0 to 1
/// @param templates         prompts with `{}` where the name goes. Empty: the names are the prompts
/// @param backgroundPrompts mode MULTI with softmax models: what each label is weighed against. Empty:
///                          [PromptTemplates#background]
/// @param labels            at least one, ids unique, parents in the same set and without a cycle
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
        List<Label> labels) {

    /// How probabilities come about.
    public enum Mode {
        /// The labels compete, their probabilities sum to 1: one answer out of several. It has
        /// no "none of these".
        EXCLUSIVE,
        /// Each label on its own: any number of answers, none included.
        MULTI
    }

    /// @throws IllegalArgumentException if a component is not as told above; the message
    ///                                  begins with its path
    public LabelSet {
        templates = List.copyOf(new LinkedHashSet<>(templates));
        backgroundPrompts = List.copyOf(new LinkedHashSet<>(backgroundPrompts));
        labels = List.copyOf(labels);
        Texts.requireText("name", name);
        Texts.requireText("version", version);
        Texts.requireLanguage("language", language);
        Texts.requireLanguage("promptLanguage", promptLanguage);
        if (topK < 1) {
            throw new InvalidLabelException("topK", "expected at least 1, found " + topK + ": correct it");
        }
        Texts.requireProbability("threshold", threshold);
        for (int i = 0; i < templates.size(); i++) {
            requireTemplate("templates[" + i + "]", templates.get(i));
        }
        for (int i = 0; i < backgroundPrompts.size(); i++) {
            Texts.requireText("backgroundPrompts[" + i + "]", backgroundPrompts.get(i));
        }
        if (labels.isEmpty()) {
            throw new InvalidLabelException("labels", "expected at least one label, found none: add one");
        }
        requireLabels(labels, language, promptLanguage);
    }

    /// A label set that displays and asks in the same language.
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

    /// The same labels shown and asked in other languages. Templates, background prompts and the labels'
    /// own prompts, which are written in one language, give way to the defaults of a
    /// new prompt language.
    ///
    /// @throws IllegalArgumentException if a label has no name in one of them
    public LabelSet in(String language, String promptLanguage) {
        boolean sameVoice = promptLanguage.equals(this.promptLanguage);
        return new LabelSet(
                name,
                version,
                language,
                promptLanguage,
                mode,
                topK,
                threshold,
                sameVoice ? templates : PromptTemplates.defaults(promptLanguage),
                sameVoice ? backgroundPrompts : List.of(),
                sameVoice
                        ? labels
                        : labels.stream()
                                .map(label -> new Label(
                                        label.id(), label.names(), List.of(), label.threshold(), label.parent()))
                                .toList());
    }

    private static void requireTemplate(String path, String template) {
        Texts.requireText(path, template);
        if (!template.contains(PromptTemplates.PLACEHOLDER)) {
            throw new InvalidLabelException(
                    path,
                    "expected a template with {} where the label's name goes, found " + Texts.quote(template)
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
                        "expected an id of its own, found " + Texts.quote(label.id()) + ", which labels[" + earlier
                                + "] has: rename or remove one");
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
        Set<String> sound = new HashSet<>();
        for (int i = 0; i < labels.size(); i++) {
            requireParents(labels, places, i, sound);
        }
    }

    /// Walks up from one label; what was found sound before needs no second walk, so that all walks
    /// together are linear.
    private static void requireParents(List<Label> labels, Map<String, Integer> places, int start, Set<String> sound) {
        Set<String> walk = new LinkedHashSet<>();
        int place = start;
        while (true) {
            Label label = labels.get(place);
            if (sound.contains(label.id())) {
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
            if (parent == null) {
                throw new InvalidLabelException(
                        "labels[" + place + "].parent",
                        "expected the id of a label in this set, found " + Texts.quote(label.parent())
                                + Nearest.hint(label.parent(), places.keySet()) + ": correct it or add that label");
            }
            place = parent;
        }
        sound.addAll(walk);
    }
}
