package dev.clipstream.label;

import dev.clipstream.clip.Embedding;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decodes a YAML tree to a label set: knows the keys and their defaults, and adds the line to a mistake.
final class LabelSetDecoder {
    private static final Set<String> SET_KEYS = Set.of(
            "name",
            "version",
            "description",
            "language",
            "promptLanguage",
            "mode",
            "topK",
            "threshold",
            "templates",
            "backgroundPrompts",
            "modelFingerprint",
            "alert",
            "labels");
    private static final Set<String> ALERT_KEYS = Set.of("attributes", "allTags", "anyTags", "noTags");
    private static final Set<String> LABEL_KEYS = Set.of(
            "id", "names", "aliases", "prompts", "threshold", "parent", "calibration", "exampleWeight", "examples");
    private static final Set<String> CALIBRATION_KEYS =
            Set.of("slope", "intercept", "method", "media", "positives", "target", "achieved", "recall", "brier");
    private static final Set<String> EXAMPLE_KEYS = Set.of("source", "positive", "vector", "image", "mediaId");

    private static final int DEFAULT_TOP_K = 5;
    private static final double DEFAULT_EXCLUSIVE_THRESHOLD = 0.05;
    private static final double DEFAULT_MULTI_THRESHOLD = 0.5;

    private final YamlFields fields;
    private final ExampleVectors vectors;
    private boolean vectorsFound;

    private LabelSetDecoder(YamlFields fields, ExampleVectors vectors) {
        this.fields = fields;
        this.vectors = vectors;
    }

    /// @param vectors of examples that the file names by a picture or a medium
    static LabelSet decode(YamlNode root, String origin, ExampleVectors vectors) throws LabelSetException {
        YamlFields fields = new YamlFields(origin);
        try {
            return new LabelSetDecoder(fields, vectors).labelSet(root);
        } catch (InvalidLabelException invalid) {
            throw fields.mistake(root.at(invalid.path()), invalid.path(), invalid.problem(), invalid);
        }
    }

    private LabelSet labelSet(YamlNode root) throws LabelSetException {
        Map<String, YamlNode> keys = fields.mapping(root, "", SET_KEYS);
        String language = fields.text(keys.get("language"), "language", "en");
        FieldChecks.requireLanguage("language", language);
        String promptLanguage = fields.text(keys.get("promptLanguage"), "promptLanguage", language);
        FieldChecks.requireLanguage("promptLanguage", promptLanguage);
        LabelSet.Mode mode = mode(keys.get("mode"));
        double threshold = mode == LabelSet.Mode.MULTI ? DEFAULT_MULTI_THRESHOLD : DEFAULT_EXCLUSIVE_THRESHOLD;
        YamlNode templates = keys.get("templates");
        return new LabelSet(
                fields.required(root, keys, "name", "name"),
                fields.required(root, keys, "version", "version"),
                language,
                promptLanguage,
                mode,
                orElse(fields.count(keys.get("topK"), "topK", 1), DEFAULT_TOP_K),
                orElse(fields.probability(keys.get("threshold"), "threshold"), threshold),
                templates == null ? PromptTemplates.defaults(promptLanguage) : fields.texts(templates, "templates"),
                fields.texts(keys.get("backgroundPrompts"), "backgroundPrompts"),
                labels(root, keys.get("labels"), language),
                fields.text(keys.get("description"), "description", ""),
                model(keys.get("modelFingerprint")),
                alert(keys.get("alert")));
    }

    private @Nullable AlertFilter alert(@Nullable YamlNode node) throws LabelSetException {
        if (node == null) {
            return null;
        }
        Map<String, YamlNode> keys = fields.mapping(node, "alert", ALERT_KEYS);
        return new AlertFilter(
                fields.pairs(keys.get("attributes"), "alert.attributes"),
                new HashSet<>(fields.texts(keys.get("allTags"), "alert.allTags")),
                new HashSet<>(fields.texts(keys.get("anyTags"), "alert.anyTags")),
                new HashSet<>(fields.texts(keys.get("noTags"), "alert.noTags")));
    }

    private List<Label> labels(YamlNode root, @Nullable YamlNode node, String language) throws LabelSetException {
        if (node == null) {
            throw fields.mistake(root, "labels", "expected a list of labels, found none: add it");
        }
        List<YamlNode> items = fields.items(node, "labels", "labels");
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String path = "labels[" + i + "]";
            try {
                labels.add(label(items.get(i), path, language));
            } catch (InvalidLabelException invalid) {
                throw invalid.within(path);
            }
        }
        return labels;
    }

    private Label label(YamlNode node, String path, String language) throws LabelSetException {
        if (node instanceof YamlNode.Scalar) {
            String name = fields.text(node, path);
            return Label.of(name, Map.of(language, name));
        }
        Map<String, YamlNode> keys = fields.mapping(node, path, LABEL_KEYS);
        YamlNode parent = keys.get("parent");
        return new Label(
                fields.required(node, keys, "id", path + ".id"),
                fields.pairs(keys.get("names"), path + ".names"),
                fields.texts(keys.get("prompts"), path + ".prompts"),
                fields.probability(keys.get("threshold"), path + ".threshold"),
                parent == null ? null : fields.text(parent, path + ".parent"),
                fields.texts(keys.get("aliases"), path + ".aliases"),
                calibration(keys.get("calibration"), path + ".calibration"),
                examples(keys.get("examples"), path + ".examples"),
                orElse(fields.probability(keys.get("exampleWeight"), path + ".exampleWeight"), 0.0));
    }

    private @Nullable LabelCalibration calibration(@Nullable YamlNode node, String path) throws LabelSetException {
        if (node == null) {
            return null;
        }
        Map<String, YamlNode> keys = fields.mapping(node, path, CALIBRATION_KEYS);
        YamlNode method = fields.node(node, keys, "method", path + ".method", "labelled or unlabelled");
        return new LabelCalibration(
                number(node, keys, "slope", path),
                number(node, keys, "intercept", path),
                method(method, path + ".method"),
                orElse(
                        fields.count(
                                fields.node(node, keys, "media", path + ".media", "the number of media"),
                                path + ".media",
                                1),
                        0),
                fields.count(keys.get("positives"), path + ".positives", 0),
                fields.probability(keys.get("target"), path + ".target"),
                fields.probability(keys.get("achieved"), path + ".achieved"),
                fields.probability(keys.get("recall"), path + ".recall"),
                fields.probability(keys.get("brier"), path + ".brier"));
    }

    private double number(YamlNode owner, Map<String, YamlNode> keys, String key, String path)
            throws LabelSetException {
        YamlNode node = fields.node(owner, keys, key, path + "." + key, "a number");
        return orElse(fields.number(node, path + "." + key), 0.0);
    }

    private LabelCalibration.Method method(YamlNode node, String path) throws LabelSetException {
        String method = fields.text(node, path);
        return switch (method.toLowerCase(Locale.ROOT)) {
            case "labelled" -> LabelCalibration.Method.LABELLED;
            case "unlabelled" -> LabelCalibration.Method.UNLABELLED;
            default ->
                throw fields.mistake(
                        node,
                        path,
                        "expected labelled or unlabelled, found " + FieldChecks.quote(method) + ": write one of them");
        };
    }

    private List<LabelExample> examples(@Nullable YamlNode node, String path) throws LabelSetException {
        List<LabelExample> examples = new ArrayList<>();
        for (YamlNode item : fields.items(node, path, "examples")) {
            examples.add(example(item, path + "[" + examples.size() + "]"));
        }
        return examples;
    }

    private LabelExample example(YamlNode item, String path) throws LabelSetException {
        Map<String, YamlNode> keys = fields.mapping(item, path, EXAMPLE_KEYS);
        boolean positive = fields.truth(keys.get("positive"), path + ".positive", /* absent */ true);
        List<String> kinds = Stream.of("vector", "image", "mediaId")
                .filter(keys::containsKey)
                .toList();
        if (kinds.size() != 1) {
            throw fields.mistake(
                    item, path, "expected one of image, mediaId and vector, found " + kinds + ": keep or add one");
        }
        YamlNode given = fields.node(item, keys, kinds.getFirst(), path + "." + kinds.getFirst(), "text");
        if (kinds.getFirst().equals("vector")) {
            return new LabelExample(
                    fields.required(item, keys, "source", path + ".source"), positive, vector(given, path + ".vector"));
        }
        boolean image = kinds.getFirst().equals("image");
        String named = fields.text(given, path + "." + kinds.getFirst());
        try {
            Embedding found = image ? vectors.image(named) : vectors.medium(named);
            vectorsFound = true;
            return new LabelExample(fields.text(keys.get("source"), path + ".source", named), positive, found);
        } catch (IllegalArgumentException missing) {
            throw fields.mistake(given, path, String.valueOf(missing.getMessage()), missing);
        }
    }

    /// Returns the model that calibrations and examples belong to.
    private @Nullable String model(@Nullable YamlNode given) throws LabelSetException {
        String written = given == null ? null : fields.text(given, "modelFingerprint");
        String found = vectorsFound ? vectors.modelFingerprint().orElse(null) : null;
        if (given != null && found != null && !found.equals(written)) {
            throw fields.mistake(
                    given,
                    "modelFingerprint",
                    "expected the model of the pictures and media, " + found + ", found " + written
                            + ": calibrate again, or apply the file with the other model");
        }
        return written == null ? found : written;
    }

    private Embedding vector(YamlNode node, String path) throws LabelSetException {
        try {
            return Embedding.fromLittleEndian(
                    ByteBuffer.wrap(Base64.getDecoder().decode(fields.text(node, path))));
        } catch (IllegalArgumentException wrong) {
            throw fields.mistake(
                    node,
                    path,
                    "expected float32 values in base64, found " + node.kind() + ": let clipstream write the file",
                    wrong);
        }
    }

    private LabelSet.Mode mode(@Nullable YamlNode node) throws LabelSetException {
        String mode = fields.text(node, "mode", "exclusive");
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "exclusive" -> LabelSet.Mode.EXCLUSIVE;
            case "multi" -> LabelSet.Mode.MULTI;
            default ->
                throw new InvalidLabelException(
                        "mode",
                        "expected exclusive or multi, found " + FieldChecks.quote(mode) + ": write one of them");
        };
    }

    private static <N> N orElse(@Nullable N found, N absent) {
        return found == null ? absent : found;
    }
}
