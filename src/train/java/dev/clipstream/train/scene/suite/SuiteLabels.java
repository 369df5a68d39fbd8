package dev.clipstream.train.scene.suite;

import dev.clipstream.train.scene.Language;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The label set of a suite, as a file for `--labels`.
final class SuiteLabels {
    private SuiteLabels() {}

    /// Returns the label set as YAML.
    ///
    /// @param language of the prompts
    static String yaml(Suite suite, List<SceneClass> classes, Language language) {
        Map<String, Object> set = new LinkedHashMap<>();
        set.put("name", suite.toString());
        set.put("version", "1");
        set.put("language", language.tag());
        set.put("mode", "exclusive");
        set.put("topK", 5);
        set.put("threshold", 0);
        if (suite == Suite.COLOUR || suite == Suite.COUNT) {
            set.put("templates", templates(language)); // the default templates do not fit "two objects"
        }
        set.put("labels", classes.stream().map(SuiteLabels::label).toList());
        return YAMLMapper.builder().build().writeValueAsString(set);
    }

    private static List<String> templates(Language language) {
        return language == Language.ENGLISH
                ? List.of("a photo of {}", "a picture with {}", "{}")
                : List.of("{}", "{}的照片", "一张{}的照片");
    }

    private static Map<String, Object> label(SceneClass one) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("en", one.names().english());
        names.put("zh", one.names().chinese());
        Map<String, Object> label = new LinkedHashMap<>();
        label.put("id", one.id());
        label.put("names", names);
        return label;
    }
}
