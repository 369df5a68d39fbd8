package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.TopologyName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports whether a consumer group, over all instances, has processed what its topics held at the first call of
/// [#isReached].
///
/// A group never commits an offset for a partition without a readable record, such as one that holds nothing but an
/// aborted transaction. So the records of a partition without progress are read, to find out whether there are any.
/// Used by one thread.
public final class CatchUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOG_EVERY = Duration.ofMinutes(1);
    private static final Duration READ_AFTER = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Admin admin;
    private final Map<String, Object> reading;
    private final String group;
    private final List<String> topics;
    /// Offsets still to be reached; null: not known yet.
    private @Nullable Map<TopicPartition, Long> ends;
    private Map<TopicPartition, Long> reached = new HashMap<>();
    private long movedNanos = System.nanoTime();
    private long loggedNanos = System.nanoTime();

    /// @param suffix of the topology's application id
    /// @param topics that the topology reads
    public CatchUp(KafkaProperties kafka, TopologyName topology, String suffix, List<String> topics) {
        String client = topology.label() + suffix + "-progress";
        this.admin = Admin.create(kafka.admin(client));
        this.reading = kafka.consumer(client, Map.of());
        this.group = kafka.applicationId(topology, suffix);
        this.topics = List.copyOf(topics);
    }

    /// Returns whether the group has caught up. Asks the brokers; as long as they do not answer, it has not.
    public boolean isReached() throws InterruptedException {
        Map<TopicPartition, Long> left = ends;
        try {
            if (left == null) {
                left = offsets(OffsetSpec.latest());
                ends = left;
            }
            if (!left.isEmpty()) {
                removeReached(left);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("The progress of the group {} is not known; retrying", group, e);
        }
        if (System.nanoTime() - loggedNanos > LOG_EVERY.toNanos()) {
            loggedNanos = System.nanoTime();
            LOG.warn(
                    "Searches wait for the group {}, which has not caught up yet; offsets to reach: {}",
                    group,
                    left == null ? topics : left);
        }
        return left != null && left.isEmpty();
    }

    private void removeReached(Map<TopicPartition, Long> left)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, Long> begins = offsets(OffsetSpec.earliest());
        Map<TopicPartition, Long> now = offsets(OffsetSpec.latest());
        Map<TopicPartition, Long> done = new HashMap<>(begins);
        Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
                value(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        committed.forEach((partition, offset) -> {
            if (offset != null) {
                done.merge(partition, offset.offset(), Math::max);
            }
        });
        // a topic that was created again, or whose records have expired, has nothing more to process
        left.entrySet()
                .removeIf(end -> done.getOrDefault(end.getKey(), Long.MAX_VALUE) >= end.getValue()
                        || now.getOrDefault(end.getKey(), 0L) < end.getValue());
        if (!done.equals(reached)) {
            reached = done;
            movedNanos = System.nanoTime();
        } else if (!left.isEmpty() && System.nanoTime() - movedNanos > READ_AFTER.toNanos()) {
            movedNanos = System.nanoTime();
            left.keySet().removeAll(withoutRecords(left, done));
        }
    }

    /// Returns the partitions without a committed record between two offsets.
    private Set<TopicPartition> withoutRecords(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> begins) {
        Set<TopicPartition> without = new HashSet<>();
        try (Consumer<byte @Nullable [], byte @Nullable []> reader =
                new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            reader.assign(ends.keySet());
            ends.keySet().forEach(partition -> reader.seek(partition, begins.getOrDefault(partition, 0L)));
            Set<TopicPartition> with = new HashSet<>();
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (with.size() + without.size() < ends.size() && System.nanoTime() < until) {
                with.addAll(reader.poll(POLL).partitions());
                ends.forEach((partition, end) -> {
                    if (!with.contains(partition) && reader.position(partition) >= end) {
                        without.add(partition);
                    }
                });
                reader.pause(with);
            }
        }
        return without;
    }

    private Map<TopicPartition, Long> offsets(OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (TopicDescription topic :
                value(admin.describeTopics(topics).allTopicNames()).values()) {
            topic.partitions()
                    .forEach(partition -> wanted.put(new TopicPartition(topic.name(), partition.partition()), which));
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        value(admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    private static <T> T value(KafkaFuture<T> future)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
