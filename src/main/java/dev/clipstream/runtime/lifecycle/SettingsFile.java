package dev.clipstream.runtime.lifecycle;

import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Checks a file of settings before Spring Boot reads it.
///
/// Spring Boot writes out every alias of a YAML file, without a limit: a few lines of aliases of aliases can expand to
/// more values than fit into the heap.
final class SettingsFile {
    private static final int MAX_BYTES = 1 << 20;
    /// About 50 times as many as there are settings.
    private static final int MAX_VALUES = 10_000;
    private static final YAMLFactory YAML = YAMLFactory.builder().build();

    /// Values that each anchor stands for.
    private final Map<String, Long> anchored = new HashMap<>();
    private final Deque<Container> open = new ArrayDeque<>();

    /// A mapping or list that is being read.
    private static final class Container {
        private final @Nullable String anchor;
        private long values = 1;

        private Container(@Nullable String anchor) {
            this.anchor = anchor;
        }
    }

    private SettingsFile() {}

    /// @throws StartException if the file is not readable, or is larger than settings can be
    static void require(Path file) throws StartException {
        try {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new StartException(file + ": Expected a readable file of settings, found none");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new StartException(file + ": Expected at most " + MAX_BYTES + " bytes of settings, found "
                        + Files.size(file) + ". Keep only settings in it");
            }
            String name = file.toString().toLowerCase(Locale.ROOT);
            if (name.endsWith(".yaml") || name.endsWith(".yml")) {
                new SettingsFile().requireFewValues(file);
            }
        } catch (IOException e) {
            throw new StartException(file + ": Expected a readable file of settings, found " + e, e);
        }
    }

    private void requireFewValues(Path file) throws IOException, StartException {
        try (InputStream in = Files.newInputStream(file);
                YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), in)) {
            long values = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                values = Math.addExact(values, completed(parser, token));
                if (values > MAX_VALUES || open.stream().anyMatch(container -> container.values > MAX_VALUES)) {
                    throw new StartException(file + ", line "
                            + parser.currentTokenLocation().getLineNr() + ": Expected at most " + MAX_VALUES
                            + " values once all aliases are written out, found more. Write the values out yourself");
                }
            }
        } catch (JacksonException _) {
            // not YAML: Spring Boot reads up to the same place, and reports the mistake
        }
    }

    /// Takes one token.
    ///
    /// @return the values of a document that ends with it; 0 within a document
    private long completed(YAMLParser parser, JsonToken token) {
        if (token == JsonToken.PROPERTY_NAME) {
            return 0;
        }
        if (token.isStructStart()) {
            open.push(new Container(parser.getObjectId() == null ? null : String.valueOf(parser.getObjectId())));
            return 0;
        }
        String anchor = parser.getObjectId() == null ? null : String.valueOf(parser.getObjectId());
        long values = 1;
        if (token.isStructEnd()) {
            Container container = open.pop();
            anchor = container.anchor;
            values = container.values;
        } else if (parser.isCurrentAlias()) {
            anchor = null;
            values = anchored.getOrDefault(parser.getString(), 1L);
        }
        if (anchor != null) {
            anchored.put(anchor, values);
        }
        if (open.isEmpty()) {
            return values;
        }
        open.element().values += values;
        return 0;
    }
}
