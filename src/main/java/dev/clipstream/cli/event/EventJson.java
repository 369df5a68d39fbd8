package dev.clipstream.cli.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Converts events to JSON objects: the Avro fields by name, in the order of the schema.
///
/// Instants are ISO 8601 in UTC, a vector is an array of numbers, and inline content is only its length.
public final class EventJson {
    private EventJson() {}

    /// Returns the fields of a record, including nested records.
    public static Map<String, @Nullable Object> of(IndexedRecord event) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (Schema.Field field : event.getSchema().getFields()) {
            Object value = event.get(field.pos());
            switch (field.name()) {
                case "content" -> {
                    if (value instanceof ByteBuffer content) {
                        members.put("contentLength", content.remaining());
                    }
                }
                case "vector" -> members.put("vector", value instanceof ByteBuffer vector ? floats(vector) : null);
                default -> members.put(field.name(), value(value));
            }
        }
        return members;
    }

    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case IndexedRecord record -> of(record);
            case List<?> list -> {
                List<@Nullable Object> values = new ArrayList<>();
                list.forEach(item -> values.add(value(item)));
                yield values;
            }
            case Instant instant -> instant.toString();
            case Enum<?> symbol -> symbol.name();
            case null, default -> value;
        };
    }

    private static float[] floats(ByteBuffer vector) {
        float[] values = new float[vector.remaining() / Float.BYTES];
        vector.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
