package dev.clipstream.search.http.label;

import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelExample;
import dev.clipstream.label.LabelSet;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Label sets as JSON objects, with the keys of a label set file: a request may send one back.
final class LabelSetJson {
    private LabelSetJson() {}

    static Map<String, @Nullable Object> of(LabelSet set) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", set.name());
        members.put("version", set.version());
        if (!set.description().isEmpty()) {
            members.put("description", set.description());
        }
        members.put("language", set.language());
        members.put("promptLanguage", set.promptLanguage());
        members.put("mode", set.mode().name().toLowerCase(Locale.ROOT));
        members.put("topK", set.topK());
        members.put("threshold", set.threshold());
        members.put("templates", set.templates());
        members.put("backgroundPrompts", set.backgroundPrompts());
        putIfPresent(members, "modelFingerprint", set.modelFingerprint());
        AlertFilter alert = set.alert();
        if (alert != null) {
            Map<String, Object> filter = new LinkedHashMap<>();
            filter.put("attributes", new TreeMap<>(alert.attributes()));
            filter.put("allTags", new TreeSet<>(alert.allTags()));
            filter.put("anyTags", new TreeSet<>(alert.anyTags()));
            filter.put("noTags", new TreeSet<>(alert.noTags()));
            members.put("alert", filter);
        }
        members.put("labels", set.labels().stream().map(LabelSetJson::label).toList());
        return members;
    }

    private static Map<String, @Nullable Object> label(Label label) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("id", label.id());
        members.put("names", new TreeMap<>(label.names()));
        if (!label.aliases().isEmpty()) {
            members.put("aliases", label.aliases());
        }
        putIfPresent(members, "parent", label.parent());
        putIfPresent(members, "threshold", label.threshold());
        if (!label.prompts().isEmpty()) {
            members.put("prompts", label.prompts());
        }
        LabelCalibration calibration = label.calibration();
        if (calibration != null) {
            members.put("calibration", calibration(calibration));
        }
        if (label.exampleWeight() != 0) {
            members.put("exampleWeight", label.exampleWeight());
        }
        if (!label.examples().isEmpty()) {
            members.put(
                    "examples",
                    label.examples().stream().map(LabelSetJson::example).toList());
        }
        return members;
    }

    private static Map<String, @Nullable Object> calibration(LabelCalibration calibration) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("method", calibration.method().name().toLowerCase(Locale.ROOT));
        members.put("slope", calibration.slope());
        members.put("intercept", calibration.intercept());
        members.put("media", calibration.media());
        putIfPresent(members, "positives", calibration.positives());
        putIfPresent(members, "target", calibration.target());
        putIfPresent(members, "achieved", calibration.achieved());
        putIfPresent(members, "recall", calibration.recall());
        putIfPresent(members, "brier", calibration.brier());
        return members;
    }

    private static Map<String, Object> example(LabelExample example) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("source", example.source());
        members.put("positive", example.positive());
        members.put(
                "vector",
                Base64.getEncoder()
                        .encodeToString(example.vector().toLittleEndian().array()));
        return members;
    }

    private static void putIfPresent(Map<String, @Nullable Object> members, String key, @Nullable Object value) {
        if (value != null) {
            members.put(key, value);
        }
    }
}
