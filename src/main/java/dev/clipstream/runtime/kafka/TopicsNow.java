package dev.clipstream.runtime.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Asks the brokers for the state of a topology's topics, with an admin client for each question.
final class TopicsNow {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, Object> admin;
    private final Set<String> topics;

    /// @param admin  properties of the client
    /// @param topics that the topology reads and writes
    TopicsNow(Map<String, Object> admin, Set<String> topics) {
        this.admin = admin;
        this.topics = Set.copyOf(topics);
    }

    /// Returns what is wrong with the topics, as phrases; empty: no broker answers.
    Optional<List<String>> faults() throws InterruptedException {
        List<String> faults = new ArrayList<>();
        Admin client;
        try {
            client = Admin.create(admin);
        } catch (KafkaException e) { // no name of a broker resolves
            return Optional.empty();
        }
        try {
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                    client.describeTopics(topics).topicNameValues().entrySet()) {
                fault(topic.getKey(), topic.getValue()).ifPresent(faults::add);
            }
            return Optional.of(faults);
        } catch (TimeoutException e) {
            return Optional.empty();
        } finally {
            client.close(Duration.ZERO);
        }
    }

    private static Optional<String> fault(String topic, KafkaFuture<TopicDescription> described)
            throws TimeoutException, InterruptedException {
        try {
            List<Integer> leaderless = described.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).partitions().stream()
                    .filter(partition -> partition.leader() == null)
                    .map(TopicPartitionInfo::partition)
                    .toList();
            return leaderless.isEmpty()
                    ? Optional.empty()
                    : Optional.of("the partitions " + leaderless + " of " + topic + " have no leader");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.of("the topic " + topic + " does not exist");
            }
            if (e.getCause() instanceof RetriableException) {
                throw new TimeoutException(String.valueOf(e.getMessage()));
            }
            return Optional.of("the topic " + topic + " cannot be described: " + e.getCause());
        }
    }
}
