package dev.clipstream.runtime.kafka.labels;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A record of the topic of label sets, as it was read.
///
/// @param key   name of the label set; null: the record has none
/// @param value the label set; null: a tombstone, which removes it
/// @param at    the record's timestamp
record LabelRecord(@Nullable String key, byte @Nullable [] value, long offset, Instant at) {
    static LabelRecord of(ConsumerRecord<@Nullable String, byte @Nullable []> record) {
        return new LabelRecord(record.key(), record.value(), record.offset(), Instant.ofEpochMilli(record.timestamp()));
    }

    /// Returns the key as a text, for messages and states.
    String name() {
        return key == null ? "" : key;
    }
}
