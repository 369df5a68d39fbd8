package dev.clipstream.runtime.kafka.labels;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A record of the topic of label sets, as it was read. Immutable: nobody changes the value's bytes.
final class LabelRecord {
    private final @Nullable String key;
    private final byte @Nullable [] value;
    private final long offset;
    private final Instant at;

    /// @param key   name of the label set; null: the record has none
    /// @param value the label set; null: a tombstone, which removes it
    /// @param at    the record's timestamp
    LabelRecord(@Nullable String key, byte @Nullable [] value, long offset, Instant at) {
        this.key = key;
        this.value = value;
        this.offset = offset;
        this.at = at;
    }

    static LabelRecord of(ConsumerRecord<@Nullable String, byte @Nullable []> record) {
        return new LabelRecord(record.key(), record.value(), record.offset(), Instant.ofEpochMilli(record.timestamp()));
    }

    @Nullable
    String key() {
        return key;
    }

    byte @Nullable [] value() {
        return value;
    }

    long offset() {
        return offset;
    }

    Instant at() {
        return at;
    }

    /// Returns the key as a text, for messages and states.
    String name() {
        return key == null ? "" : key;
    }
}
