package dev.clipstream.topology;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// The position of a record in its source topic.
///
/// @param partition topic and partition
/// @param offset    offset, from 0
public record Position(TopicPartition partition, long offset) {
    public Position {
        if (offset < 0) {
            throw new IllegalArgumentException("Expected an offset of at least 0, found " + offset);
        }
    }

    /// Returns the position of the record that a processor is processing.
    ///
    /// @throws IllegalStateException if the record has no position, because it does not come from a source topic
    public static Position of(ProcessingContext context) {
        RecordMetadata metadata = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("Expected a record of a source topic, found one without a"
                        + " position. Place the processor directly behind its source topic."));
        return new Position(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset());
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
