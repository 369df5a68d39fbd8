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

/// A medium as the fields of a Redis hash, readable by any client: text fields, times in milliseconds, `attributes` as
/// a JSON object, `tags` as a JSON array of `{"labelId","displayName","probability","cosine"}`, best first.
public final class MediaFields {
    /// What [#read] takes, in this order.
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
            "label_set_version");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> ATTRIBUTES = new TypeReference<>() {};
    private static final TypeReference<List<IndexedTag>> TAGS = new TypeReference<>() {};

    private MediaFields() {}

    /// Names and values in turn.
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

    /// Names and values in turn.
    public static List<String> of(TagSet tags) {
        return List.of("tags", json(tags.tags()), "label_set", tags.labelSet(), "label_set_version", tags.version());
    }

    public static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    /// The names of the fields that make a medium.
    public static byte[][] names() {
        return READ.stream().map(Utf8::bytes).toArray(byte[][]::new);
    }

    /// The medium of a hash's fields; empty: it is not shown.
    ///
    /// @param values of [#names()]; null: the field is not there
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
                JSON.readValue(present(texts, 7), ATTRIBUTES));
        TagSet tags = source.equals(texts.get(1))
                ? new TagSet(present(texts, 9), present(texts, 10), JSON.readValue(present(texts, 8), TAGS))
                : null;
        return Optional.of(new IndexedMedia(mediaId, source, details, tags));
    }

    private static String present(List<@Nullable String> values, int place) {
        String value = values.get(place);
        if (value == null) {
            throw new IllegalStateException("The field " + READ.get(place)
                    + " of a medium was expected, found none: the hash was changed by somebody else; delete it and"
                    + " rebuild the index");
        }
        return value;
    }
}
