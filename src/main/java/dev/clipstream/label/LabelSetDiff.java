package dev.clipstream.label;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a new version of a label set changes.
///
/// @param fields     changed fields of the set itself
/// @param added      ids of the new labels, in the order of the new version
/// @param removed    ids of the labels that the new version lacks, in the order of the old one
/// @param changed    labels of both versions that differ, in the order of the new version
/// @param newPrompts texts that the new version needs a vector for and the old one does not, each once. Empty: nothing
///                   has to be encoded
public record LabelSetDiff(
        List<Change> fields,
        List<String> added,
        List<String> removed,
        List<ChangedLabel> changed,
        List<String> newPrompts) {
    public LabelSetDiff {
        fields = List.copyOf(fields);
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
        newPrompts = List.copyOf(newPrompts);
    }

    /// A changed field, for people.
    ///
    /// @param field  its key in the file, such as `threshold` or `names.en`
    /// @param before null: it was absent
    /// @param after  null: it is absent now
    public record Change(
            String field, @Nullable String before, @Nullable String after) {}

    /// A label of both versions that differs.
    ///
    /// @param id      its id
    /// @param changes at least one
    public record ChangedLabel(String id, List<Change> changes) {
        public ChangedLabel {
            changes = List.copyOf(changes);
        }
    }

    /// Compares two versions of a label set.
    public static LabelSetDiff of(LabelSet before, LabelSet after) {
        Map<String, Label> old = byId(before);
        Map<String, Label> now = byId(after);
        List<ChangedLabel> changed = new ArrayList<>();
        now.forEach((id, label) -> {
            Label earlier = old.get(id);
            if (earlier != null && !earlier.equals(label)) {
                changed.add(new ChangedLabel(id, changes(fields(earlier), fields(label))));
            }
        });
        Set<String> prompts = prompts(after);
        prompts.removeAll(prompts(before));
        return new LabelSetDiff(
                changes(fields(before), fields(after)),
                now.keySet().stream().filter(id -> !old.containsKey(id)).toList(),
                old.keySet().stream().filter(id -> !now.containsKey(id)).toList(),
                changed,
                List.copyOf(prompts));
    }

    /// Returns whether the versions differ in nothing but the order of their labels, which has no effect.
    public boolean isEmpty() {
        return fields.isEmpty() && added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    private static Map<String, Label> byId(LabelSet set) {
        Map<String, Label> labels = new LinkedHashMap<>();
        set.labels().forEach(label -> labels.put(label.id(), label));
        return labels;
    }

    private static Set<String> prompts(LabelSet set) {
        Set<String> prompts = new LinkedHashSet<>();
        set.labels().forEach(label -> prompts.addAll(PromptTemplates.prompts(set, label)));
        if (set.mode() == LabelSet.Mode.MULTI) {
            prompts.addAll(PromptTemplates.background(set));
        }
        return prompts;
    }

    private static List<Change> changes(Map<String, String> before, Map<String, String> after) {
        Set<String> keys = new LinkedHashSet<>(before.keySet());
        keys.addAll(after.keySet());
        return keys.stream()
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .map(key -> new Change(key, before.get(key), after.get(key)))
                .toList();
    }

    private static Map<String, String> fields(LabelSet set) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", set.name());
        fields.put("version", set.version());
        put(fields, "description", set.description());
        fields.put("language", set.language());
        fields.put("promptLanguage", set.promptLanguage());
        put(fields, "mode", set.mode());
        put(fields, "topK", set.topK());
        put(fields, "threshold", set.threshold());
        put(fields, "templates", set.templates());
        put(fields, "backgroundPrompts", set.backgroundPrompts());
        put(fields, "modelFingerprint", set.modelFingerprint());
        AlertFilter alert = set.alert();
        if (alert != null) {
            put(fields, "alert.attributes", new TreeMap<>(alert.attributes()).toString());
            put(fields, "alert.allTags", new TreeSet<>(alert.allTags()));
            put(fields, "alert.anyTags", new TreeSet<>(alert.anyTags()));
            put(fields, "alert.noTags", new TreeSet<>(alert.noTags()));
        }
        return fields;
    }

    private static Map<String, String> fields(Label label) {
        Map<String, String> fields = new LinkedHashMap<>();
        new TreeMap<>(label.names()).forEach((language, name) -> fields.put("names." + language, name));
        put(fields, "aliases", label.aliases());
        put(fields, "parent", label.parent());
        put(fields, "threshold", label.threshold());
        put(fields, "prompts", label.prompts());
        put(fields, "calibration", label.calibration());
        put(fields, "exampleWeight", label.exampleWeight());
        long positive = label.examples().stream().filter(LabelExample::positive).count();
        if (!label.examples().isEmpty()) {
            fields.put(
                    "examples",
                    positive + " positive and " + (label.examples().size() - positive) + " negative ("
                            + Integer.toHexString(label.examples().hashCode()) + ")");
        }
        return fields;
    }

    private static void put(Map<String, String> fields, String key, @Nullable Object value) {
        boolean absent = value == null || value.equals("") || (value instanceof Collection<?> items && items.isEmpty());
        if (!absent) {
            fields.put(key, String.valueOf(value));
        }
    }
}
