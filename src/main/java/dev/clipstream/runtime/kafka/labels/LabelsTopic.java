package dev.clipstream.runtime.kafka.labels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Reads the topic of label sets, which has one partition: the order of all changes is the same for every reader.
final class LabelsTopic {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private LabelsTopic() {}

    static TopicPartition partition(String topic) {
        return new TopicPartition(topic, 0);
    }

    /// Returns the description of a topic; empty: it does not exist.
    ///
    /// @throws TimeoutException if the brokers do not answer
    static Optional<TopicDescription> describe(Admin admin, String topic) throws InterruptedException {
        try {
            return Optional.of(Objects.requireNonNull(admin.describeTopics(Set.of(topic))
                            .topicNameValues()
                            .get(topic))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            if (e.getCause() instanceof org.apache.kafka.common.KafkaException cause) {
                throw cause;
            }
            throw new org.apache.kafka.common.KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("No broker described the topic " + topic, e);
        }
    }

    /// Returns all records, from the first to the last that is committed now. The consumer continues behind them.
    ///
    /// @throws TimeoutException if the end is not reached in time
    static List<LabelRecord> readAll(Consumer<@Nullable String, byte @Nullable []> consumer, String topic) {
        TopicPartition partition = partition(topic);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        Long end = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        List<LabelRecord> records = new ArrayList<>();
        while (end != null && consumer.position(partition, PATIENCE) < end) {
            int before = records.size();
            consumer.poll(POLL).forEach(record -> records.add(LabelRecord.of(record)));
            if (records.size() > before) {
                untilNanos = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - untilNanos > 0) {
                throw new TimeoutException("The end of the topic " + topic + " was not reached: expected offset " + end
                        + ", found " + consumer.position(partition, PATIENCE));
            }
        }
        return records;
    }
}
