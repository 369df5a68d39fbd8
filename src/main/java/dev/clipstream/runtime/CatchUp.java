package dev.clipstream.runtime;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a consumer group, all instances together, has done what topics held when this was first asked.
final class CatchUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Admin admin;
    private final String group;
    private final List<String> topics;
    // what is still to be reached: offsets by partition
    private @Nullable Map<TopicPartition, Long> ends;

    /// @param client properties of an admin client
    CatchUp(Map<String, Object> client, String group, List<String> topics) {
        this.admin = Admin.create(client);
        this.group = group;
        this.topics = topics;
    }

    /// Asks the broker; one that does not answer makes it not reached yet.
    boolean isReached() throws InterruptedException {
        try {
            Map<TopicPartition, Long> left = ends;
            if (left == null) {
                left = ends();
                ends = left;
            }
            if (!left.isEmpty()) {
                Map<TopicPartition, @Nullable OffsetAndMetadata> done =
                        value(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
                left.entrySet().removeIf(end -> {
                    OffsetAndMetadata committed = done.get(end.getKey());
                    return committed != null && committed.offset() >= end.getValue();
                });
            }
            return left.isEmpty();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("The progress of the group {} was expected, found none; asked again", group, e);
            return false;
        }
    }

    /// Where the partitions that hold anything end.
    private Map<TopicPartition, Long> ends() throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        for (TopicDescription topic :
                value(admin.describeTopics(topics).allTopicNames()).values()) {
            topic.partitions()
                    .forEach(partition -> earliest.put(
                            new TopicPartition(topic.name(), partition.partition()), OffsetSpec.earliest()));
        }
        Map<TopicPartition, Long> begins = offsets(earliest);
        Map<TopicPartition, Long> found = offsets(
                earliest.keySet().stream().collect(toMap(partition -> partition, partition -> OffsetSpec.latest())));
        found.entrySet().removeIf(end -> end.getValue() <= begins.getOrDefault(end.getKey(), 0L));
        return found;
    }

    private Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> wanted)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, ListOffsetsResultInfo> found =
                value(admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
        Map<TopicPartition, Long> offsets = new HashMap<>();
        found.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    private static <T> T value(KafkaFuture<T> future)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        admin.close(PATIENCE);
    }
}
