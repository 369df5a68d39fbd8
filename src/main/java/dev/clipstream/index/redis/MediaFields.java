package dev.clipstream.index.redis;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Maps media to fields of a Redis hash that any client can read: numbers as text, times in milliseconds,
/// `attributes` as a JSON object, `label_sets` as a JSON object of versions by name, `tags` as a JSON array of
/// `{"labelId","displayName","probability","cosine","labelSet","derivedFrom"}`, best first within a label set.
public final class MediaFields {
    /// The fields that [#read] takes, in this order.
    private static final List<String> READ = List.of(
            "v_source",
            "t_source",
            "uri",
            "content_type",
            "width",
            "height",
            "uploaded",
            "attributes",
            "tags",
            "label_set",
            "label_set_version",
            "label_sets");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<List<IndexedTag>> TAGS = new TypeReference<>() {};

    private MediaFields() {}

    /// Returns the fields of details, names and values alternating.
    public static List<String> of(MediaDetails details) {
        List<String> fields = new ArrayList<>();
        if (details.uri() != null) {
            fields.addAll(List.of("uri", details.uri()));
        }
        if (details.contentType() != null) {
            fields.addAll(List.of("content_type", details.contentType()));
        }
        fields.addAll(List.of("width", Integer.toString(details.width())));
        fields.addAll(List.of("height", Integer.toString(details.height())));
        fields.addAll(List.of("uploaded", Long.toString(details.uploadedAt().toEpochMilli())));
        fields.addAll(List.of("attributes", json(details.attributes())));
        return fields;
    }

    /// Returns the fields of tags, names and values alternating.
    public static List<String> of(TagSet tags) {
        return List.of(
                "tags",
                json(tags.tags()),
                "label_set",
                tags.labelSet(),
                "label_set_version",
                tags.version(),
                "label_sets",
                json(tags.labelSets()));
    }

    /// Writes a value as JSON.
    public static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    /// Returns the names of the fields that make up a medium.
    public static byte[][] names() {
        return READ.stream().map(Utf8::bytes).toArray(byte[][]::new);
    }

    /// Returns the medium of a hash, or empty if the medium is not shown.
    ///
    /// @param values of [#names()]; null where a field is missing
    public static Optional<IndexedMedia> read(String mediaId, List<byte @Nullable []> values) {
        List<@Nullable String> texts = new ArrayList<>();
        for (byte[] value : values) {
            texts.add(value == null ? null : Utf8.text(value));
        }
        String source = texts.get(0);
        if (source == null) {
            return Optional.empty();
        }
        MediaDetails details = new MediaDetails(
                texts.get(2),
                texts.get(3),
                Integer.parseInt(present(texts, 4)),
                Integer.parseInt(present(texts, 5)),
                Instant.ofEpochMilli(Long.parseLong(present(texts, 6))),
                JSON.readValue(present(texts, 7), TEXTS));
        TagSet tags = source.equals(texts.get(1))
                ? new TagSet(
                        present(texts, 9),
                        present(texts, 10),
                        JSON.readValue(present(texts, 8), TAGS),
                        labelSets(texts.get(11), present(texts, 9), present(texts, 10)))
                : null;
        return Optional.of(new IndexedMedia(mediaId, source, details, tags));
    }

    /// Returns the label sets of a medium. An earlier version writes tags without them, and leaves those that were
    /// there before.
    private static Map<String, String> labelSets(@Nullable String json, String labelSet, String version) {
        Map<String, String> labelSets = json == null ? Map.of() : JSON.readValue(json, TEXTS);
        return version.equals(labelSets.get(labelSet)) ? labelSets : Map.of();
    }

    private static String present(List<@Nullable String> values, int place) {
        String value = values.get(place);
        if (value == null) {
            throw new IllegalStateException("Expected the field " + READ.get(place)
                    + " of a medium, found none: another program changed the hash. Delete it and rebuild the index");
        }
        return value;
    }
}
