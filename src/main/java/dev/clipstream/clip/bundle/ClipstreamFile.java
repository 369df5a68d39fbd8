package dev.clipstream.clip.bundle;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// A bundle's `clipstream.json`: what the towers' files cannot express.
///
/// ```json
/// {"id": "vit-b-32", "logit_scale": 100.0, "logit_bias": 0.0, "scoring": "softmax",
///  "self_test": {"texts": [{"text": "a photo of a cat", "vector": [0.01, -0.02]}],
///                "images": [{"file": "self-test/cat.png", "vector": [0.03, 0.04]}]}}
/// ```
///
/// @param id      name for people; empty if it is the folder's
/// @param scale   learned logit scale; empty if missing
/// @param bias    learned logit bias; empty if missing
/// @param kind    of scoring; empty if it is the family's
/// @param texts   of the self-test, with the vectors that the model must give; may be empty
/// @param images  of the self-test, of exactly the input's size; may be empty
public record ClipstreamFile(
        Optional<String> id,
        Optional<Double> scale,
        Optional<Double> bias,
        Optional<Scoring.Kind> kind,
        List<Golden> texts,
        List<Golden> images) {

    /// Name of the file.
    public static final String NAME = "clipstream.json";
    private static final ClipstreamFile ABSENT = new ClipstreamFile(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());

    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("id", "logit_scale", "logit_bias", "scoring", "self_test"));
    private static final Set<String> SELF_TEST_KEYS = new TreeSet<>(Set.of("texts", "images"));

    /// An input of the self-test and its expected vector.
    ///
    /// @param input a text, or an image's path inside the bundle
    public record Golden(String input, Embedding expected) {}

    /// Reads the file if it exists.
    public static ClipstreamFile read(Path root) throws ModelException {
        Path path = root.resolve(NAME);
        if (!Files.exists(path)) {
            return ABSENT;
        }
        JsonFile file = JsonFile.read(root, path);
        requireKnown(file, file.tree(), "", KEYS);
        JsonNode selfTest = file.get("self_test");
        requireKnown(file, selfTest, "self_test.", SELF_TEST_KEYS);
        String id = file.text("id", "");
        return new ClipstreamFile(
                id.isBlank() ? Optional.empty() : Optional.of(id),
                optional(file, "logit_scale"),
                optional(file, "logit_bias"),
                kind(file),
                golden(file, selfTest.path("texts"), "text"),
                golden(file, selfTest.path("images"), "file"));
    }

    private static void requireKnown(JsonFile file, JsonNode node, String prefix, Set<String> known)
            throws ModelException {
        for (String key : node.propertyNames()) {
            if (!known.contains(key)) {
                throw new ModelException(
                        "only the keys " + known + " in " + file.name(),
                        "'" + prefix + key + "'",
                        "correct its spelling or remove it");
            }
        }
    }

    private static Optional<Double> optional(JsonFile file, String key) throws ModelException {
        double value = file.number(key, Double.NaN);
        return Double.isNaN(value) ? Optional.empty() : Optional.of(value);
    }

    private static Optional<Scoring.Kind> kind(JsonFile file) throws ModelException {
        return switch (file.text("scoring", "")) {
            case "" -> Optional.empty();
            case "softmax" -> Optional.of(Scoring.Kind.SOFTMAX);
            case "sigmoid" -> Optional.of(Scoring.Kind.SIGMOID);
            default -> throw file.refuse("softmax or sigmoid", "scoring", file.get("scoring"), "correct it");
        };
    }

    private static List<Golden> golden(JsonFile file, JsonNode entries, String inputKey) throws ModelException {
        List<Golden> golden = new ArrayList<>();
        for (JsonNode entry : entries) {
            JsonNode input = entry.path(inputKey);
            JsonNode vector = entry.path("vector");
            if (!input.isString() || !vector.isArray() || vector.isEmpty()) {
                throw file.refuse("{\"" + inputKey + "\": …, \"vector\": [numbers]}", "self_test", entry, "correct it");
            }
            float[] values = new float[vector.size()];
            for (int i = 0; i < values.length; i++) {
                if (!vector.path(i).isNumber()) {
                    throw file.refuse("numbers in a vector", "self_test", vector.path(i), "correct it");
                }
                values[i] = vector.path(i).floatValue();
            }
            try {
                golden.add(new Golden(input.stringValue(), Embedding.normalize(values)));
            } catch (IllegalArgumentException e) {
                throw file.refuse("a vector with a direction", "self_test", input, "correct it");
            }
        }
        return List.copyOf(golden);
    }
}
