package dev.clipstream.topology.async;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;

/// The metadata of committed offsets, as a Kafka Streams without our clients reads and writes it.
public final class CommitText {
    private CommitText() {}

    /// Returns the offset with the metadata that Kafka Streams wrote, without finished offsets.
    public static OffsetAndMetadata plain(OffsetAndMetadata committed) {
        return new OffsetAndMetadata(committed.offset(), committed.leaderEpoch(), plain(committed.metadata()));
    }

    private static String plain(String text) {
        return text.isEmpty()
                ? text
                : new TopicPartitionMetadata(partitionTime(text), new ProcessorMetadata()).encode();
    }

    /// Returns whether the metadata names finished offsets.
    public static boolean namesFinished(OffsetAndMetadata committed) {
        return !committed.metadata().equals(plain(committed.metadata()));
    }

    /// Returns the partition time that Kafka Streams reads.
    public static long partitionTime(String text) {
        return TopicPartitionMetadata.decode(text).partitionTime();
    }
}
