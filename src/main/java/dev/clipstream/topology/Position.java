package dev.clipstream.topology;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Where a record stands.
///
/// @param partition its topic and partition
/// @param offset    its offset, from 0
public record Position(TopicPartition partition, long offset) {
    public Position {
        if (offset < 0) {
            throw new IllegalArgumentException("An offset of at least 0 was expected, found " + offset);
        }
    }

    /// The position that Kafka Streams tells a processor.
    static Position of(RecordMetadata metadata) {
        return new Position(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset());
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
