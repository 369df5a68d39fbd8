package dev.clipstream.topology.embedding;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads the outputs of a run and counts them by key, as a consumer sees them.
final class OutputReader implements AutoCloseable {
    /// Stands for the key of records without one.
    private static final String NO_KEY = "(no key)";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final Set<String> topics;
    private final Consumer<ConsumerRecord<byte[], byte[]>> sight;
    private final Map<String, Integer> counts = new HashMap<>();

    OutputReader(String bootstrapServers, String topic, String isolation) {
        this(bootstrapServers, Set.of(topic), isolation, record -> {});
    }

    /// @param sight called with each record
    OutputReader(
            String bootstrapServers,
            Set<String> topics,
            String isolation,
            Consumer<ConsumerRecord<byte[], byte[]>> sight) {
        this.topics = topics;
        this.sight = sight;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "auto.offset.reset", "earliest",
                        "isolation.level", isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
    }

    /// Returns how often each key was written.
    Map<String, Integer> counts() {
        return counts;
    }

    /// Reads until this many keys were seen.
    void awaitKeys(int keys) {
        await(() -> counts.size() >= keys, () -> keys + " keys on " + topics + ", found " + counts.size());
    }

    /// Reads until a group has committed all its input, and no transaction is open on the outputs.
    void awaitEnd(String group, String input) {
        await(
                () -> isDone(group, input),
                () -> "the group " + group + " at the end of " + input + ", found " + counts.size() + " keys on "
                        + topics);
        readToTheEnd();
    }

    /// Reads until no transaction is open on the outputs, and to their end.
    void awaitNoOpenTransaction() {
        await(this::isSettled, () -> "no open transaction on " + topics);
        readToTheEnd();
    }

    private void readToTheEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        await(
                () -> ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue()),
                () -> "to read " + topics + " to the end");
    }

    /// Reads until a condition holds.
    void await(BooleanSupplier condition, Supplier<String> expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Expected within " + PATIENCE + ": " + expected.get());
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                String key = record.key() == null ? NO_KEY : new String(record.key(), StandardCharsets.UTF_8);
                counts.merge(key, 1, Integer::sum);
                sight.accept(record);
            }
        }
    }

    private boolean isDone(String group, String input) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return ends(Set.of(input), IsolationLevel.READ_COMMITTED).entrySet().stream()
                        .allMatch(end -> {
                            OffsetAndMetadata offset = committed.get(end.getKey());
                            return end.getValue() == 0 || (offset != null && offset.offset() >= end.getValue());
                        })
                && isSettled();
    }

    private boolean isSettled() {
        return ends(topics, IsolationLevel.READ_COMMITTED).equals(ends(topics, IsolationLevel.READ_UNCOMMITTED));
    }

    private Map<TopicPartition, Long> ends(Set<String> names, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        answer(admin.describeTopics(names).allTopicNames())
                .forEach((name, description) -> description
                        .partitions()
                        .forEach(partition ->
                                wanted.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        Map<TopicPartition, Long> ends = new HashMap<>();
        answer(admin.listOffsets(wanted, new ListOffsetsOptions(isolation)).all())
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new AssertionError("Expected an answer of the broker", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}
