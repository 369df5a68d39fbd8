package dev.clipstream.label;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads fields of a YAML tree as texts, numbers, lists and mappings. A mistake is reported with its line, its path and
/// a remedy.
final class YamlFields {
    private static final int MAX_NUMBER = 40;

    private final String origin;

    /// @param origin the source, which messages start with
    YamlFields(String origin) {
        this.origin = origin;
    }

    /// Returns the entries of a mapping.
    ///
    /// @param known the keys that it may have; null for any
    Map<String, YamlNode> mapping(YamlNode node, String path, @Nullable Set<String> known) throws LabelSetException {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw mistake(
                    node,
                    path,
                    "expected a mapping of keys"
                            + (known == null
                                    ? ""
                                    : " " + known.stream().sorted().toList()) + ", found " + node.kind()
                            + ": write one");
        }
        if (known != null) {
            for (String key : mapping.entries().keySet()) {
                if (!known.contains(key)) {
                    throw mistake(
                            Objects.requireNonNull(mapping.keys().get(key)),
                            path,
                            "expected one of the keys "
                                    + known.stream().sorted().toList() + ", found " + FieldChecks.quote(key)
                                    + Suggestion.hint(key, known) + ": correct or remove it");
                }
            }
        }
        return mapping.entries();
    }

    /// Returns a mapping from texts to texts, in the order of the file; empty if it is absent. Values may be empty if
    /// they are quoted.
    Map<String, String> pairs(@Nullable YamlNode node, String path) throws LabelSetException {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (node != null) {
            for (Map.Entry<String, YamlNode> entry : mapping(node, path, null).entrySet()) {
                String key = entry.getKey();
                requireNoSurprise(
                        Objects.requireNonNull(((YamlNode.Mapping) node).keys().get(key)), path);
                boolean quotedEmpty =
                        entry.getValue() instanceof YamlNode.Scalar value && value.absent() && !value.plain();
                pairs.put(key, quotedEmpty ? "" : text(entry.getValue(), path + "." + key));
            }
        }
        return pairs;
    }

    String required(YamlNode owner, Map<String, YamlNode> keys, String key, String path) throws LabelSetException {
        return text(node(owner, keys, key, path, "text"), path);
    }

    /// Returns the value of a key that must be there.
    ///
    /// @param expected for the message
    YamlNode node(YamlNode owner, Map<String, YamlNode> keys, String key, String path, String expected)
            throws LabelSetException {
        YamlNode node = keys.get(key);
        if (node == null) {
            throw mistake(owner, path, "expected " + expected + ", found no such key: add it");
        }
        return node;
    }

    String text(@Nullable YamlNode node, String path, String absent) throws LabelSetException {
        return node == null ? absent : text(node, path);
    }

    String text(YamlNode node, String path) throws LabelSetException {
        if (node instanceof YamlNode.Scalar scalar && !scalar.absent()) {
            requireNoSurprise(scalar, path);
            return scalar.text();
        }
        throw mistake(node, path, "expected text, found " + node.kind() + ": write it, in quotes if need be");
    }

    private void requireNoSurprise(YamlNode.Scalar scalar, String path) throws LabelSetException {
        Optional<String> read = scalar.plain() ? YamlSurprise.of(scalar.text()) : Optional.empty();
        if (read.isPresent()) {
            String written = FieldChecks.shorten(scalar.text());
            throw mistake(
                    scalar,
                    path,
                    "expected text, found " + (written.isEmpty() ? "nothing" : written)
                            + " without quotes, which YAML reads as " + read.get() + ": write \"" + written + "\"");
        }
    }

    List<String> texts(@Nullable YamlNode node, String path) throws LabelSetException {
        List<String> texts = new ArrayList<>();
        List<YamlNode> items = items(node, path, "texts");
        for (int i = 0; i < items.size(); i++) {
            texts.add(text(items.get(i), path + "[" + i + "]"));
        }
        return texts;
    }

    /// Returns the items of a list; empty if it is absent.
    ///
    /// @param of what the items are, for the message
    List<YamlNode> items(@Nullable YamlNode node, String path, String of) throws LabelSetException {
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof YamlNode.Sequence sequence)) {
            throw mistake(node, path, "expected a list of " + of + ", found " + node.kind() + ": write - before each");
        }
        return sequence.items();
    }

    boolean truth(@Nullable YamlNode node, String path, boolean absent) throws LabelSetException {
        if (node == null) {
            return absent;
        }
        if (node instanceof YamlNode.Scalar scalar
                && (scalar.text().equals("true") || scalar.text().equals("false"))) {
            return scalar.text().equals("true");
        }
        throw mistake(node, path, "expected true or false, found " + node.kind() + ": write one of them");
    }

    @Nullable
    Double probability(@Nullable YamlNode node, String path) throws LabelSetException {
        return number(node, path, "a probability from 0 to 1", Double::valueOf);
    }

    @Nullable
    Double number(@Nullable YamlNode node, String path) throws LabelSetException {
        return number(node, path, "a number", Double::valueOf);
    }

    @Nullable
    Integer count(@Nullable YamlNode node, String path, int least) throws LabelSetException {
        return number(node, path, "a whole number of at least " + least, Integer::valueOf);
    }

    private <N extends Number> @Nullable N number(
            @Nullable YamlNode node, String path, String expected, Function<String, N> parse) throws LabelSetException {
        if (node == null) {
            return null;
        }
        // YAML 1.1 reads a leading zero as octal
        if (node instanceof YamlNode.Scalar scalar
                && scalar.text().length() <= MAX_NUMBER
                && scalar.text().matches("[+-]?(0|[1-9][0-9]*)?(\\.[0-9]*)?([eE][+-]?[0-9]+)?")) {
            try {
                return parse.apply(scalar.text());
            } catch (NumberFormatException none) {
                // reported below, like text
            }
        }
        throw mistake(node, path, "expected " + expected + ", found " + node.kind() + ": correct it");
    }

    LabelSetException mistake(YamlNode where, String path, String problem) {
        return mistake(where, path, problem, null);
    }

    LabelSetException mistake(YamlNode where, String path, String problem, @Nullable Throwable cause) {
        String field = path.isEmpty() ? "" : ", " + path;
        return new LabelSetException(origin + ", line " + where.line() + field + ": " + problem, cause);
    }
}
