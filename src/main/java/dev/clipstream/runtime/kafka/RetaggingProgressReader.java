package dev.clipstream.runtime.kafka;

import dev.clipstream.topology.tagging.RetaggingProgress;
import dev.clipstream.topology.tagging.RetaggingState;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads how far the media of all partitions are tagged again, whichever instance has them: the newest record of each
/// partition of the changelog of the store `retagging`. What it returns is committed with the tags.
///
/// Safe for use by many threads; one reads at a time.
public final class RetaggingProgressReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Offsets before the end that are searched first. With transactions, every second one is a marker.
    private static final long LAST = 100;

    private static final Map<String, Object> REQUIRED = Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest", ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);

    private final Map<String, Object> configuration;
    private final String topic;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    public RetaggingProgressReader(KafkaProperties kafka) {
        this(kafka.consumer("retagging", REQUIRED), kafka.retaggingChangelog());
    }

    /// @param configuration of a consumer of committed records without a group
    /// @param topic         the changelog
    private RetaggingProgressReader(Map<String, Object> configuration, String topic) {
        this.configuration = configuration;
        this.topic = topic;
    }

    /// Returns a reader for a command.
    ///
    /// @param client        properties of a Kafka client
    /// @param applicationId that the instances share
    public static RetaggingProgressReader of(Map<String, Object> client, String applicationId) {
        Map<String, Object> configuration = new HashMap<>(client);
        configuration.putAll(REQUIRED);
        configuration.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configuration.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new RetaggingProgressReader(configuration, KafkaProperties.retaggingChangelog(applicationId));
    }

    /// Returns the progress of each partition that has one, by partition. Empty: the topology has never run, or no
    /// instance of this version.
    ///
    /// @throws KafkaException if the brokers do not answer within some seconds, or refuse to
    public synchronized SortedMap<Integer, RetaggingProgress> read() {
        KafkaConsumer<byte[], byte[]> reader = consumer;
        if (reader == null) {
            reader = new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = reader;
        }
        List<TopicPartition> partitions = partitions(reader);
        SortedMap<Integer, RetaggingProgress> found = new TreeMap<>();
        if (partitions.isEmpty()) {
            return found;
        }
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> starts = reader.beginningOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> from = new HashMap<>();
        starts.forEach((partition, start) -> from.put(partition, Math.max(start, offset(ends, partition) - LAST)));
        read(reader, from, ends, found);
        from.keySet().removeIf(partition -> found.containsKey(partition.partition()));
        from.replaceAll((partition, offset) -> offset(starts, partition));
        read(reader, from, ends, found);
        return found;
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> reader) {
        try {
            List<PartitionInfo> known = reader.partitionsFor(topic, PATIENCE);
            return known.stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
        } catch (UnknownTopicOrPartitionException e) {
            return List.of();
        }
    }

    private void read(
            KafkaConsumer<byte[], byte[]> reader,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends,
            Map<Integer, RetaggingProgress> found) {
        reader.assign(from.keySet());
        from.forEach(reader::seek);
        Set<TopicPartition> left = new HashSet<>(from.keySet());
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!atEnd(reader, left, ends)) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException(
                        "Expected the end of " + left + " within " + PATIENCE.toSeconds() + " s, found no answer");
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                if (record.value() != null) {
                    RetaggingState.progress(record.partition(), record.value())
                            .ifPresent(progress -> found.put(record.partition(), progress));
                }
            }
        }
    }

    private static boolean atEnd(
            KafkaConsumer<byte[], byte[]> reader, Collection<TopicPartition> left, Map<TopicPartition, Long> ends) {
        left.removeIf(partition -> reader.position(partition) >= offset(ends, partition));
        return left.isEmpty();
    }

    private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition));
    }

    @Override
    public synchronized void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}
