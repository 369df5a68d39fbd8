package dev.clipstream.topology.embedding;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Counts the output of a run, as a consumer sees it.
final class OutputReader implements AutoCloseable {
    /// Stands for the key of records without one.
    private static final String NO_KEY = "(no key)";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final String topic;
    private final Map<String, Integer> counts = new HashMap<>();

    OutputReader(String bootstrapServers, String topic, String isolation) {
        this.topic = topic;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "auto.offset.reset", "earliest",
                        "isolation.level", isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList());
    }

    /// Returns how often each key was written.
    Map<String, Integer> counts() {
        return counts;
    }

    long doubles() {
        return counts.values().stream().filter(count -> count > 1).count();
    }

    /// Reads until this many keys were seen.
    void awaitKeys(int keys) {
        await(() -> counts.size() >= keys, () -> keys + " keys on " + topic + ", found " + counts.size());
    }

    /// Reads until a condition holds.
    void awaitThat(BooleanSupplier condition, String expected) {
        await(condition, () -> expected);
    }

    /// Reads until a group has committed all its input, and no transaction is open on the output.
    void awaitEnd(String group, String input) {
        await(
                () -> isDone(group, input),
                () -> "the group " + group + " at the end of " + input + ", found " + counts.size() + " keys on "
                        + topic);
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        await(
                () -> ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue()),
                () -> "to read " + topic + " to its end");
    }

    private void await(BooleanSupplier condition, Supplier<String> expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Expected within " + PATIENCE + ": " + expected.get());
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                String key = record.key() == null ? NO_KEY : new String(record.key(), StandardCharsets.UTF_8);
                counts.merge(key, 1, Integer::sum);
            }
        }
    }

    private boolean isDone(String group, String input) {
        try {
            Map<TopicPartition, Long> ends = ends(input, IsolationLevel.READ_COMMITTED);
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return ends.entrySet().stream().allMatch(end -> {
                        OffsetAndMetadata offset = committed.get(end.getKey());
                        return end.getValue() == 0 || (offset != null && offset.offset() >= end.getValue());
                    })
                    && ends(topic, IsolationLevel.READ_COMMITTED).equals(ends(topic, IsolationLevel.READ_UNCOMMITTED));
        } catch (ExecutionException e) {
            throw new AssertionError("Expected offsets from the broker", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    private Map<TopicPartition, Long> ends(String name, IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        admin.describeTopics(Set.of(name))
                .allTopicNames()
                .get()
                .values()
                .forEach(description -> description
                        .partitions()
                        .forEach(partition ->
                                wanted.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(wanted, new ListOffsetsOptions(isolation))
                .all()
                .get()
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}
