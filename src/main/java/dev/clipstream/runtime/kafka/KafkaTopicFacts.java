package dev.clipstream.runtime.kafka;

import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the brokers say about the topics of this instance. Asks them at the start, and again when the answer is older
/// than a minute and somebody wants to know, without waiting for it. What the brokers do not tell, for example because
/// of an ACL, stays unknown.
public final class KafkaTopicFacts implements TopicFacts, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopicFacts.class);
    private static final Duration REFRESH_EVERY = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaProperties kafka;
    private final Set<String> topics;
    private final Map<String, Integer> partitions = new ConcurrentHashMap<>();
    private final Map<String, TopicLimits> limits = new ConcurrentHashMap<>();
    private final AtomicLong nextRefreshNanos = new AtomicLong();
    private volatile @Nullable Admin admin;

    /// @param topics of the instance; those that do not exist stay unknown
    public KafkaTopicFacts(KafkaProperties kafka, Set<String> topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /// Asks the brokers, and waits for their answers for some seconds.
    public void load() {
        Admin own = Admin.create(kafka.admin("topics"));
        admin = own;
        try {
            refresh(own).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The brokers do not describe all of the topics {} yet", topics, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public OptionalInt partitions(String topic) {
        refreshIfOld();
        Integer known = partitions.get(topic);
        return known == null ? OptionalInt.empty() : OptionalInt.of(known);
    }

    @Override
    public TopicLimits limits(String topic) {
        refreshIfOld();
        return limits.getOrDefault(topic, TopicLimits.DEFAULT);
    }

    private void refreshIfOld() {
        Admin own = admin;
        long next = nextRefreshNanos.get();
        if (own != null
                && System.nanoTime() - next >= 0
                && nextRefreshNanos.compareAndSet(next, System.nanoTime() + REFRESH_EVERY.toNanos())) {
            var _ = refresh(own);
        }
    }

    private CompletableFuture<?> refresh(Admin own) {
        nextRefreshNanos.set(System.nanoTime() + REFRESH_EVERY.toNanos());
        List<CompletableFuture<?>> answers = new ArrayList<>();
        own.describeTopics(topics)
                .topicNameValues()
                .forEach((topic, answer) -> answers.add(
                        answer.toCompletionStage().thenAccept(this::saw).toCompletableFuture()));
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        own.describeConfigs(resources)
                .values()
                .forEach((resource, answer) -> answers.add(answer.toCompletionStage()
                        .thenAccept(found -> saw(resource.name(), found))
                        .toCompletableFuture()));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    }

    private void saw(TopicDescription topic) {
        partitions.put(topic.name(), topic.partitions().size());
    }

    private void saw(String topic, Config config) {
        long maxBytes = Math.min(
                number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, TopicLimits.DEFAULT.maxRecordBytes()),
                number(config, TopicConfig.SEGMENT_BYTES_CONFIG, Long.MAX_VALUE));
        limits.put(
                topic,
                new TopicLimits(
                        Math.min(maxBytes, maxRequestBytes()),
                        Math.min(
                                number(config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.MAX_VALUE),
                                number(config, TopicConfigs.TIMESTAMP_DIFFERENCE_MAX_MS, Long.MAX_VALUE))));
    }

    private static long number(Config config, String name, long otherwise) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? otherwise : Long.parseLong(entry.value());
    }

    /// Returns the limit of the topologies' producers, which is not above that of [TopicLimits#DEFAULT] by default.
    private long maxRequestBytes() {
        Object set = kafka.producer("limits", Map.of()).get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        return set == null ? TopicLimits.DEFAULT.maxRecordBytes() : Long.parseLong(set.toString());
    }

    @Override
    public void close() {
        Admin own = admin;
        if (own != null) {
            own.close(Duration.ofSeconds(1));
        }
    }
}
