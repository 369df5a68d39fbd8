package dev.clipstream.runtime.pipeline;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.TagRecords;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Records of one topic with an extreme value in each field, key, header and timestamp, one at a time.
///
/// @param <T> the topic's events
final class ExtremeRecords<T extends SpecificRecordBase> {
    static final byte[] KEY = "extreme".getBytes(StandardCharsets.UTF_8);

    private final String topic;
    private final AvroSerde<T> serde;
    private final Supplier<T> sound;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

    private ExtremeRecords(String topic, AvroSerde<T> serde, Supplier<T> sound) {
        this.topic = topic;
        this.serde = serde;
        this.sound = sound;
    }

    /// @param sound makes a sound event under the media id of [#KEY]
    static <T extends SpecificRecordBase> List<ProducerRecord<byte[], byte[]>> of(
            String topic, AvroSerde<T> serde, Supplier<T> sound) {
        ExtremeRecords<T> extremes = new ExtremeRecords<>(topic, serde, sound);
        extremes.addFields();
        extremes.addValues();
        extremes.addKeys();
        extremes.addHeaders();
        extremes.addTimestamps();
        return extremes.records;
    }

    private void addFields() {
        for (Schema.Field field : sound.get().getSchema().getFields()) {
            for (Object value : extremes(field.schema())) {
                T event = sound.get();
                try {
                    event.put(field.pos(), value);
                    byte[] encoded = serde.write(event);
                    add(KEY, encoded, null, new RecordHeaders());
                    if (field.name().equals("mediaId")) {
                        add(String.valueOf(value).getBytes(StandardCharsets.UTF_8), encoded, null, new RecordHeaders());
                    }
                } catch (RuntimeException e) {
                    // not a value that the schema can express
                }
            }
        }
    }

    private void addValues() {
        byte[] encoded = serde.write(sound.get());
        byte[] truncated = java.util.Arrays.copyOf(encoded, encoded.length - 3);
        byte[] longer = java.util.Arrays.copyOf(encoded, encoded.length + 3);
        for (byte[] value :
                List.of(new byte[0], new byte[] {1}, "{}".getBytes(StandardCharsets.UTF_8), truncated, longer)) {
            add(KEY, value, null, new RecordHeaders());
        }
        add(KEY, null, null, new RecordHeaders());
    }

    private void addKeys() {
        byte[] encoded = serde.write(sound.get());
        for (byte @Nullable [] key : new byte[] @Nullable [] {
            null, new byte[0], new byte[] {(byte) 0xff}, new byte[] {0}, new byte[60_000], new byte[70_000]
        }) {
            add(key, encoded, null, new RecordHeaders());
            add(key, null, null, new RecordHeaders());
        }
    }

    private void addHeaders() {
        byte[] encoded = serde.write(sound.get());
        for (int size : new int[] {0, 40_000, 300_000}) {
            add(KEY, encoded, null, new RecordHeaders().add("", new byte[size]));
            add(KEY, null, null, new RecordHeaders().add("large", new byte[size]));
        }
        add(KEY, encoded, null, new RecordHeaders().add("none", null));
        Headers many = new RecordHeaders();
        IntStream.range(0, 3000).forEach(i -> many.add("h" + i, new byte[] {1}));
        add(KEY, encoded, null, many);
    }

    private void addTimestamps() {
        byte[] encoded = serde.write(sound.get());
        long now = System.currentTimeMillis();
        for (long timestamp :
                new long[] {0, 1, now - 10 * 86_400_000L, now + 3 * 86_400_000L, Long.MAX_VALUE / 2, Long.MAX_VALUE}) {
            add(KEY, encoded, timestamp, new RecordHeaders());
            add(KEY, null, timestamp, new RecordHeaders());
            add(null, encoded, timestamp, new RecordHeaders());
        }
    }

    private void add(byte @Nullable [] key, byte @Nullable [] value, @Nullable Long timestamp, Headers headers) {
        records.add(new ProducerRecord<>(topic, 0, timestamp, key, value, headers));
    }

    private static List<@Nullable Object> extremes(Schema schema) {
        List<@Nullable Object> values = new ArrayList<>();
        switch (schema.getType()) {
            case STRING ->
                values.addAll(List.of(
                        "",
                        "\0",
                        "\uD800",
                        "{}[]'\"\\\n😀",
                        "x".repeat(5_000),
                        "y".repeat(50_000),
                        "z".repeat(300_000)));
            case BYTES -> {
                values.addAll(List.of(ByteBuffer.allocate(0), ByteBuffer.allocate(11), ByteBuffer.allocate(100_000)));
                for (float value :
                        new float[] {0, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, Float.MIN_VALUE, 1}) {
                    ByteBuffer vector = ByteBuffer.allocate(4 * 256).order(ByteOrder.LITTLE_ENDIAN);
                    IntStream.range(0, 256).forEach(i -> vector.putFloat(value));
                    values.add(vector.flip());
                }
            }
            case INT -> values.addAll(List.of(Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE));
            case LONG -> {
                if (schema.getLogicalType() == null) {
                    values.addAll(List.of(Long.MIN_VALUE, -1L, 0L, 1L << 53, Long.MAX_VALUE));
                } else {
                    values.addAll(List.of(
                            Instant.EPOCH.plus(Long.MIN_VALUE + 1, ChronoUnit.MICROS),
                            Instant.parse("0001-01-01T00:00:00Z"),
                            Instant.EPOCH,
                            Instant.parse("9999-12-31T23:59:59.999999Z"),
                            Instant.EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS)));
                }
            }
            case DOUBLE ->
                values.addAll(List.of(
                        Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -1.0, Double.MAX_VALUE));
            case MAP -> {
                Map<String, String> many = new HashMap<>();
                IntStream.range(0, 3000).forEach(i -> many.put("name" + i, "value"));
                values.addAll(List.of(
                        Map.of("", ""),
                        Map.of("a", "x".repeat(5_000)),
                        Map.of("a", "x".repeat(50_000)),
                        Map.of("\0{", "\uD800"),
                        many));
            }
            case UNION -> {
                values.add(null);
                schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .forEach(type -> values.addAll(extremes(type)));
            }
            case ARRAY -> {
                values.add(List.of());
                values.add(Collections.nCopies(5_000, TagRecords.tag("cat", "cat", 0.5, 0.2)));
                for (double number : new double[] {Double.NaN, -1, 2, Double.POSITIVE_INFINITY}) {
                    values.add(List.of(TagRecords.tag("cat", "cat", number, number)));
                }
                for (Object text : extremes(Schema.create(Schema.Type.STRING))) {
                    values.add(List.of(TagRecords.tag(String.valueOf(text), String.valueOf(text), 0.5, 0.2)));
                }
            }
            default -> {}
        }
        return values;
    }
}
