package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Pauses partitions that are full, in addition to those that Kafka Streams pauses because its buffers are
/// full.
///
/// A partition is read if neither of the two pauses it. Owned by the stream thread of its consumer. When a
/// rebalance revokes a partition, the consumer forgets that it was paused, and so does this class.
final class BackPressure {
    private final Consumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> byStreams = new HashSet<>();
    private final Set<TopicPartition> byWindows = new HashSet<>();

    BackPressure(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /// Pauses partitions for Kafka Streams.
    @Nullable
    Object pause(Collection<TopicPartition> partitions) {
        byStreams.addAll(partitions);
        consumer.pause(partitions);
        return null;
    }

    /// Resumes partitions for Kafka Streams, except those of full windows.
    @Nullable
    Object resume(Collection<TopicPartition> partitions) {
        byStreams.removeAll(partitions);
        Set<TopicPartition> free = new HashSet<>(partitions);
        free.removeAll(byWindows);
        consumer.resume(free);
        return null;
    }

    /// Returns whether topics hold records that were not polled yet, as far as the consumer knows.
    ///
    /// @param without topics that do not count
    boolean lags(Set<String> without) {
        return consumer.assignment().stream()
                .filter(partition -> !without.contains(partition.topic()))
                .anyMatch(partition -> consumer.currentLag(partition).orElse(0) > 0);
    }

    /// Polls the partitions that may be read.
    ///
    /// @param full    the partitions that are full; may include partitions that are no longer assigned
    /// @param stopped whether no partition may be read
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
