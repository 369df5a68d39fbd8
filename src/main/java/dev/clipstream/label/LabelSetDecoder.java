package dev.clipstream.label;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decodes a YAML tree to a label set: knows the keys and their defaults, and adds the line to a mistake.
final class LabelSetDecoder {
    private static final Set<String> SET_KEYS = Set.of(
            "name",
            "version",
            "language",
            "promptLanguage",
            "mode",
            "topK",
            "threshold",
            "templates",
            "backgroundPrompts",
            "labels");
    private static final Set<String> LABEL_KEYS = Set.of("id", "names", "prompts", "threshold", "parent");

    private static final int DEFAULT_TOP_K = 5;
    private static final int MAX_NUMBER = 40;
    private static final double DEFAULT_EXCLUSIVE_THRESHOLD = 0.05;
    private static final double DEFAULT_MULTI_THRESHOLD = 0.5;

    private final String origin;

    private LabelSetDecoder(String origin) {
        this.origin = origin;
    }

    static LabelSet decode(YamlNode root, String origin) throws LabelSetException {
        LabelSetDecoder decoder = new LabelSetDecoder(origin);
        try {
            return decoder.labelSet(root);
        } catch (InvalidLabelException invalid) {
            throw decoder.mistake(root.at(invalid.path()), invalid.path(), invalid.problem(), invalid);
        }
    }

    private LabelSet labelSet(YamlNode root) throws LabelSetException {
        Map<String, YamlNode> keys = mapping(root, "", SET_KEYS);
        String language = optional(keys.get("language"), "language", "en");
        FieldChecks.requireLanguage("language", language);
        String promptLanguage = optional(keys.get("promptLanguage"), "promptLanguage", language);
        FieldChecks.requireLanguage("promptLanguage", promptLanguage);
        LabelSet.Mode mode = mode(keys.get("mode"));
        double threshold = mode == LabelSet.Mode.MULTI ? DEFAULT_MULTI_THRESHOLD : DEFAULT_EXCLUSIVE_THRESHOLD;
        YamlNode templates = keys.get("templates");
        return new LabelSet(
                required(root, keys, "name"),
                required(root, keys, "version"),
                language,
                promptLanguage,
                mode,
                orElse(count(keys.get("topK"), "topK"), DEFAULT_TOP_K),
                orElse(probability(keys.get("threshold"), "threshold"), threshold),
                templates == null ? PromptTemplates.defaults(promptLanguage) : texts(templates, "templates"),
                texts(keys.get("backgroundPrompts"), "backgroundPrompts"),
                labels(root, keys.get("labels"), language));
    }

    private List<Label> labels(YamlNode root, @Nullable YamlNode node, String language) throws LabelSetException {
        if (node == null) {
            throw mistake(root, "labels", "expected a list of labels, found none: add it", null);
        }
        if (!(node instanceof YamlNode.Sequence sequence)) {
            throw mistake(node, "labels", "expected a list of labels, found " + node.kind() + ": write one", null);
        }
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            String path = "labels[" + i + "]";
            try {
                labels.add(label(sequence.items().get(i), path, language));
            } catch (InvalidLabelException invalid) {
                throw invalid.within(path);
            }
        }
        return labels;
    }

    private Label label(YamlNode node, String path, String language) throws LabelSetException {
        if (node instanceof YamlNode.Scalar) {
            String name = text(node, path);
            return Label.of(name, Map.of(language, name));
        }
        Map<String, YamlNode> keys = mapping(node, path, LABEL_KEYS);
        Map<String, String> names = new LinkedHashMap<>();
        YamlNode named = keys.get("names");
        if (named != null) {
            for (var name : mapping(named, path + ".names", null).entrySet()) {
                names.put(name.getKey(), text(name.getValue(), path + ".names." + name.getKey()));
            }
        }
        YamlNode parent = keys.get("parent");
        return new Label(
                requiredIn(node, keys, "id", path + ".id"),
                names,
                texts(keys.get("prompts"), path + ".prompts"),
                probability(keys.get("threshold"), path + ".threshold"),
                parent == null ? null : text(parent, path + ".parent"));
    }

    private LabelSet.Mode mode(@Nullable YamlNode node) throws LabelSetException {
        String mode = optional(node, "mode", "exclusive");
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "exclusive" -> LabelSet.Mode.EXCLUSIVE;
            case "multi" -> LabelSet.Mode.MULTI;
            default ->
                throw new InvalidLabelException(
                        "mode",
                        "expected exclusive or multi, found " + FieldChecks.quote(mode) + ": write one of them");
        };
    }

    private Map<String, YamlNode> mapping(YamlNode node, String path, @Nullable Set<String> known)
            throws LabelSetException {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw mistake(
                    node,
                    path,
                    "expected a mapping of keys"
                            + (known == null
                                    ? ""
                                    : " " + known.stream().sorted().toList()) + ", found " + node.kind()
                            + ": write one",
                    null);
        }
        if (known != null) {
            for (var entry : mapping.entries().entrySet()) {
                if (!known.contains(entry.getKey())) {
                    throw mistake(
                            entry.getValue(),
                            path,
                            "expected one of the keys "
                                    + known.stream().sorted().toList() + ", found "
                                    + FieldChecks.quote(entry.getKey()) + Suggestion.hint(entry.getKey(), known)
                                    + ": correct or remove it",
                            null);
                }
            }
        }
        return mapping.entries();
    }

    private String required(YamlNode owner, Map<String, YamlNode> keys, String key) throws LabelSetException {
        return requiredIn(owner, keys, key, key);
    }

    private String requiredIn(YamlNode owner, Map<String, YamlNode> keys, String key, String path)
            throws LabelSetException {
        YamlNode node = keys.get(key);
        if (node == null) {
            throw mistake(owner, path, "expected text, found no such key: add it", null);
        }
        return text(node, path);
    }

    private String optional(@Nullable YamlNode node, String path, String absent) throws LabelSetException {
        return node == null ? absent : text(node, path);
    }

    private String text(YamlNode node, String path) throws LabelSetException {
        if (node instanceof YamlNode.Scalar scalar && !scalar.absent()) {
            return scalar.text();
        }
        throw mistake(node, path, "expected text, found " + node.kind() + ": write it, in quotes if need be", null);
    }

    private List<String> texts(@Nullable YamlNode node, String path) throws LabelSetException {
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof YamlNode.Sequence sequence)) {
            throw mistake(node, path, "expected a list of texts, found " + node.kind() + ": write - before each", null);
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            texts.add(text(sequence.items().get(i), path + "[" + i + "]"));
        }
        return texts;
    }

    private @Nullable Double probability(@Nullable YamlNode node, String path) throws LabelSetException {
        return number(node, path, "a probability from 0 to 1", Double::valueOf);
    }

    private @Nullable Integer count(@Nullable YamlNode node, String path) throws LabelSetException {
        return number(node, path, "a whole number of at least 1", Integer::valueOf);
    }

    private static <N> N orElse(@Nullable N found, N absent) {
        return found == null ? absent : found;
    }

    private <N extends Number> @Nullable N number(
            @Nullable YamlNode node, String path, String expected, Function<String, N> parse) throws LabelSetException {
        if (node == null) {
            return null;
        }
        if (node instanceof YamlNode.Scalar scalar
                && scalar.text().length() <= MAX_NUMBER
                && scalar.text().matches("[+-]?[0-9]*\\.?[0-9]*(e[+-]?[0-9]+)?")) {
            try {
                return parse.apply(scalar.text());
            } catch (NumberFormatException none) {
                // reported below, like text
            }
        }
        throw mistake(node, path, "expected " + expected + ", found " + node.kind() + ": correct it", null);
    }

    private LabelSetException mistake(YamlNode where, String path, String problem, @Nullable Throwable cause) {
        String field = path.isEmpty() ? "" : ", " + path;
        return new LabelSetException(origin + ", line " + where.line() + field + ": " + problem, cause);
    }
}
