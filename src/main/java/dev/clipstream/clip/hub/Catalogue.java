package dev.clipstream.clip.hub;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The models that Clipstream knows by name, from `catalogue.yaml`, whose head explains the keys and names the sources.
public final class Catalogue {
    /// The id of the model that comes with the program. It is not an entry: no hub has it.
    public static final String BUNDLED_MODEL = "clipstream-tiny";

    private static final String RESOURCE = "catalogue.yaml";

    private static final JsonSetter.Value EMPTY_IF_ABSENT = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);

    private static final ObjectReader READER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .withConfigOverride(List.class, list -> list.setNullHandling(EMPTY_IF_ABSENT))
            .withConfigOverride(Map.class, map -> map.setNullHandling(EMPTY_IF_ABSENT))
            .build()
            .readerFor(File.class);

    /// Read at the first use, which takes some tens of milliseconds.
    private static final class Bundled {
        private static final Catalogue CATALOGUE = readBundled();
    }

    private final List<KnownModel> models;
    private final Map<String, KnownModel> byName;

    private Catalogue(List<KnownModel> models, Map<String, KnownModel> byName) {
        this.models = models;
        this.byName = byName;
    }

    /// Returns the bundled catalogue.
    public static Catalogue bundled() {
        return Bundled.CATALOGUE;
    }

    private static Catalogue readBundled() {
        try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("Expected the resource " + RESOURCE + " next to " + Catalogue.class
                        + ", found none. Build again.");
            }
            return read(in, RESOURCE);
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "Expected a readable resource " + RESOURCE + ", found " + unreadable + ". Build again.",
                    unreadable);
        }
    }

    /// Reads a catalogue.
    ///
    /// @param in     YAML, is read to its end
    /// @param origin the source, which messages start with
    /// @throws IllegalArgumentException with line and entry, if the text is no catalogue, or two models share a name
    static Catalogue read(InputStream in, String origin) {
        File file;
        try {
            file = READER.readValue(in);
        } catch (JacksonException broken) {
            String problem = broken.getCause() instanceof IllegalArgumentException fact
                    ? fact.getMessage()
                    : broken.getOriginalMessage();
            throw new IllegalArgumentException(origin + place(broken) + ": " + problem, broken);
        }
        Map<String, KnownModel> byName = new LinkedHashMap<>();
        for (KnownModel model : file.models()) {
            for (String name : model.names()) {
                KnownModel other = byName.put(key(name), model);
                Facts.require(
                        other == null || other.equals(model),
                        origin,
                        "one model of the name " + name,
                        other == null ? "" : other.id() + " and " + model.id());
            }
        }
        return new Catalogue(List.copyOf(file.models()), byName);
    }

    /// Returns the line and the entry, as far as they are known. A mistake in an entry as a whole, such as a missing
    /// key, has the line after it.
    private static String place(JacksonException broken) {
        int line = broken.getLocation() == null ? -1 : broken.getLocation().getLineNr();
        String entry = broken.getPath().stream()
                .filter(step -> step.getIndex() >= 0)
                .findFirst()
                .map(step -> ", entry " + (step.getIndex() + 1))
                .orElse("");
        return (line < 1 ? "" : ", line " + line) + entry;
    }

    /// Returns all models, sorted by id.
    public List<KnownModel> models() {
        return models;
    }

    /// Returns the model of a name: an id, an original repository, the repository of an export, or an alias, in upper
    /// or lower case.
    public Optional<KnownModel> find(String name) {
        return Optional.ofNullable(byName.get(key(name)));
    }

    /// The hub ignores the case of repositories, and users type it as they like.
    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private record File(List<KnownModel> models) {}
}
