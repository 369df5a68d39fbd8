package dev.clipstream.runtime.kafka;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks that the topics of an instance exist, before any topology starts. Creates missing ones if the settings say
/// so.
public final class TopicsAtStart {
    private static final Logger LOG = LoggerFactory.getLogger(TopicsAtStart.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Room in a record besides inline content: for what an event may carry, and as much again for its encoding.
    private static final long RECORD_OVERHEAD_BYTES = 2L * EmbeddingTopology.MOST_CARRIED_BYTES;

    private final Admin admin;
    private final Settings settings;

    public TopicsAtStart(Admin admin, Settings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /// Checks the topics, and creates missing ones if `topics.create` is true.
    ///
    /// @throws StartException if the brokers do not answer, or a topic is missing and must not be created
    public void ensure() throws StartException {
        Set<String> missing = new TreeSet<>(needed());
        missing.removeAll(ask("list the topics", admin.listTopics().names()::get));
        if (!missing.isEmpty() && !settings.topics().create()) {
            throw new StartException("Kafka at " + settings.bootstrapServers() + ": Expected the topics " + needed()
                    + ", found no " + missing + ". Create them, or start with --set topics.create=true");
        }
        if (!missing.isEmpty()) {
            create(missing);
            awaitLeaders(missing);
        }
        warnOfTopicsWithoutCompaction();
    }

    private Set<String> needed() {
        Topics topics = settings.topics().names();
        Set<String> needed = new TreeSet<>();
        if (settings.topologies().contains(TopologyName.EMBEDDING)) {
            needed.addAll(List.of(topics.uploaded(), topics.embedded(), topics.rejected()));
        }
        if (settings.topologies().contains(TopologyName.TAGGING)) {
            needed.addAll(List.of(topics.embedded(), topics.tagged(), topics.rejected()));
        }
        if (settings.topologies().contains(TopologyName.INDEXING)) {
            needed.addAll(List.of(topics.embedded(), topics.tagged(), topics.rejected()));
        }
        return needed;
    }

    private Set<String> compacted() {
        return Set.of(
                settings.topics().names().embedded(), settings.topics().names().tagged());
    }

    private void create(Set<String> missing) throws StartException {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : missing) {
            topics.add(new NewTopic(
                            name,
                            settings.topics().partitions(),
                            settings.topics().replicationFactor())
                    .configs(configuration(name)));
        }
        LOG.info("Creating the topics {}", missing);
        try {
            admin.createTopics(topics).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            // another instance that starts at the same time may have created them
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new StartException(
                        "Kafka at " + settings.bootstrapServers() + ": Cannot create the topics " + missing,
                        e.getCause());
            }
        } catch (TimeoutException e) {
            throw noAnswer("create the topics " + missing, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Map<String, String> configuration(String name) {
        if (compacted().contains(name)) {
            return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
        if (name.equals(settings.topics().names().uploaded())) {
            long largest = settings.embedding().maxBytes() + RECORD_OVERHEAD_BYTES;
            return Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(Math.min(largest, Integer.MAX_VALUE)));
        }
        return Map.of();
    }

    /// Waits until each partition answers. A new topic has no leaders at first, and a topology that starts before then
    /// stops. A leader that is elected may not serve yet either: the records of an idempotent producer are then refused
    /// as out of order.
    private void awaitLeaders(Set<String> created) throws StartException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadlineNanos) {
            try {
                Map<TopicPartition, OffsetSpec> partitions =
                        admin.describeTopics(created).allTopicNames().get(10, TimeUnit.SECONDS).values().stream()
                                .flatMap(topic -> topic.partitions().stream()
                                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
                admin.listOffsets(partitions).all().get(10, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("The topics {} do not answer yet", created, e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        throw new StartException("Kafka at " + settings.bootstrapServers() + ": Expected leaders of the new topics "
                + created + " within " + PATIENCE.toSeconds() + " s, found none. Check the brokers");
    }

    /// Logs a warning only, because a client that may not describe a topic may still use it.
    private void warnOfTopicsWithoutCompaction() {
        List<ConfigResource> resources = needed().stream()
                .filter(compacted()::contains)
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<ConfigResource, Config> found;
        try {
            found = ask("describe the topics", admin.describeConfigs(resources).all()::get);
        } catch (StartException e) {
            LOG.warn("Cannot find out whether the topics {} are compacted", compacted(), e);
            return;
        }
        found.forEach((topic, config) -> {
            String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
            if (policy == null || !policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                LOG.warn(
                        "The topic {}: Expected cleanup.policy=compact, found {}. Old media will be lost",
                        topic.name(),
                        policy);
            }
        });
    }

    /// A request to the brokers.
    @FunctionalInterface
    private interface Request<T> {
        T await(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException;
    }

    private <T> T ask(String what, Request<T> request) throws StartException {
        try {
            return request.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new StartException("Kafka at " + settings.bootstrapServers() + ": Cannot " + what, e.getCause());
        } catch (TimeoutException e) {
            throw noAnswer(what, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private StartException noAnswer(String what, TimeoutException cause) {
        return new StartException(
                "Kafka at " + settings.bootstrapServers() + ": Cannot " + what + ", because no broker answered within "
                        + PATIENCE.toSeconds()
                        + " s. Check bootstrap-servers and, with TLS or SASL, the kafka.* settings",
                cause);
    }

    private static StartException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new StartException("The start was interrupted", cause);
    }
}
