package dev.clipstream.runtime.kafka;

import dev.clipstream.topology.Position;
import dev.clipstream.topology.embedding.UploadLogs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Names logs after the topic's id, which is new when a topic is created again, and the partition. Brokers without
/// topic ids get [UploadLogs#BY_NAME].
///
/// Looks a partition's topic up at its first record, when offsets go back, and once a minute while records arrive. So a
/// topic that is replaced while the stream runs is noticed at its first records.
public final class TopicLogs implements UploadLogs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicLogs.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    private final KafkaProperties kafka;
    private final Map<TopicPartition, Known> known = new ConcurrentHashMap<>();
    private @Nullable Admin admin;

    public TopicLogs(KafkaProperties kafka) {
        this.kafka = kafka;
    }

    /// What is known of a partition.
    ///
    /// @param offset of its last record
    private record Known(String log, long lookedUpNanos, long offset) {
        boolean holdsFor(Position next) {
            return next.offset() > offset && System.nanoTime() - lookedUpNanos < KNOWN_FOR.toNanos();
        }
    }

    @Override
    public String of(Position position) {
        Known before = known.get(position.partition());
        Known now = before != null && before.holdsFor(position)
                ? new Known(before.log(), before.lookedUpNanos(), position.offset())
                : new Known(lookUp(position, before), System.nanoTime(), position.offset());
        known.put(position.partition(), now);
        return now.log();
    }

    private String lookUp(Position position, @Nullable Known before) {
        TopicPartition partition = position.partition();
        try {
            return topicId(partition.topic())
                    .map(id -> id + "-" + partition.partition())
                    .orElseGet(() -> BY_NAME.of(position));
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            if (before != null && position.offset() > before.offset()) {
                LOG.debug("The id of the topic {} was not looked up again", partition.topic(), e);
                return before.log();
            }
            if (e instanceof ExecutionException && !(e.getCause() instanceof RetriableException)) {
                LOG.warn(
                        "The id of the topic {} is not known, so uploads are ordered by its name. Allow DESCRIBE on it",
                        partition.topic(),
                        e.getCause());
                return BY_NAME.of(position);
            }
            throw new TimeoutException("Expected the id of the topic " + partition.topic() + ", found no answer", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private synchronized Optional<Uuid> topicId(String topic)
            throws ExecutionException, java.util.concurrent.TimeoutException, InterruptedException {
        if (admin == null) {
            try {
                admin = Admin.create(kafka.admin("embedding-topics"));
            } catch (KafkaException e) { // for instance, no name of a broker resolves now
                throw new ExecutionException(new TimeoutException(e.getMessage(), e));
            }
        }
        return admin
                .describeTopics(Set.of(topic))
                .allTopicNames()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .values()
                .stream()
                .map(TopicDescription::topicId)
                .filter(id -> !id.equals(Uuid.ZERO_UUID))
                .findFirst();
    }

    /// Closes its client.
    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
