package dev.clipstream.label;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads an untrusted YAML document into a tree.
///
/// It refuses anchors and aliases, because a few lines of them can expand to gigabytes and label sets do not need
/// them. The depth is limited for the same reason. A duplicate key is a mistake.
final class YamlTree {
    private static final int MAX_DEPTH = 16;

    private static final YAMLFactory YAML = YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(1_000)
                    .build())
            .build();

    private final String origin;
    private final YAMLParser parser;

    private YamlTree(String origin, YAMLParser parser) {
        this.origin = origin;
        this.parser = parser;
    }

    /// @param text   the document
    /// @param origin the source, which messages start with
    static YamlNode read(String text, String origin) throws LabelSetException {
        try (YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
            YamlTree tree = new YamlTree(origin, parser);
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new LabelSetException(
                        origin + ": expected a label set in YAML, found an empty document: write name, version and"
                                + " labels",
                        null);
            }
            YamlNode root = tree.value(first);
            if (parser.nextToken() != null) {
                throw tree.refused("expected one document, found a second: remove it");
            }
            return root;
        } catch (JacksonException broken) {
            int line = broken.getLocation() == null ? -1 : broken.getLocation().getLineNr();
            throw new LabelSetException(
                    origin + (line < 1 ? "" : ", line " + line) + ": expected YAML, found a mistake in it: "
                            + Optional.ofNullable(broken.getOriginalMessage())
                                    .orElse("unreadable")
                                    .lines()
                                    .map(String::strip)
                                    .filter(said -> !said.isEmpty())
                                    .limit(2)
                                    .reduce((first, second) -> first + ", " + second)
                                    .orElse("unreadable"),
                    broken);
        }
    }

    private YamlNode value(JsonToken token) throws LabelSetException {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw refused("expected plain values, found an anchor or alias: write the value out");
        }
        int line = line();
        return switch (token) {
            case START_OBJECT -> mapping(line);
            case START_ARRAY -> sequence(line);
            case VALUE_NULL -> new YamlNode.Scalar(line, "");
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                new YamlNode.Scalar(line, parser.getString());
            default -> throw refused("expected text, a number, a list or a mapping, found " + token + ": replace it");
        };
    }

    private YamlNode.Mapping mapping(int line) throws LabelSetException {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        while (next() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            entries.put(key, value(next()));
        }
        return new YamlNode.Mapping(line, entries);
    }

    private YamlNode.Sequence sequence(int line) throws LabelSetException {
        List<YamlNode> items = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            items.add(value(token));
        }
        return new YamlNode.Sequence(line, items);
    }

    private JsonToken next() throws LabelSetException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw refused("expected the end of a list or mapping, found the end of the file: complete it");
        }
        return token;
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private LabelSetException refused(String problem) {
        return new LabelSetException(origin + ", line " + line() + ": " + problem, null);
    }
}
