package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Pauses the partitions whose windows are full, beside Kafka Streams, which pauses those whose buffers are.
///
/// A partition is read while neither wants it paused. Owned by the stream thread of its consumer. Where a rebalance
/// takes a partition away, the consumer forgets that it was paused, and so does this.
final class BackPressure {
    private final Consumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> byStreams = new HashSet<>();
    private final Set<TopicPartition> byWindows = new HashSet<>();

    BackPressure(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /// Kafka Streams pauses.
    @Nullable
    Object pause(Collection<TopicPartition> partitions) {
        byStreams.addAll(partitions);
        consumer.pause(partitions);
        return null;
    }

    /// Kafka Streams resumes.
    @Nullable
    Object resume(Collection<TopicPartition> partitions) {
        byStreams.removeAll(partitions);
        Set<TopicPartition> free = new HashSet<>(partitions);
        free.removeAll(byWindows);
        consumer.resume(free);
        return null;
    }

    /// Polls what may be read.
    ///
    /// @param full    partitions whose windows are full, or were when they were here
    /// @param stopped nothing may be read
    ConsumerRecords<byte[], byte[]> poll(Duration timeout, Set<TopicPartition> full, boolean stopped) {
        Set<TopicPartition> wanted = new HashSet<>(consumer.assignment());
        if (!stopped) {
            wanted.retainAll(full);
        }
        Set<TopicPartition> free = new HashSet<>(byWindows);
        free.removeAll(wanted);
        free.removeAll(byStreams);
        free.retainAll(consumer.assignment());
        consumer.resume(free);
        consumer.pause(wanted);
        byWindows.clear();
        byWindows.addAll(wanted);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
        Set<TopicPartition> paused = consumer.paused();
        byStreams.retainAll(paused);
        byWindows.retainAll(paused);
        return records;
    }
}
