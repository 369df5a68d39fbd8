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

/// Creates the topics when asked, and checks them otherwise, before any stream starts.
public final class TopicsAtStart {
    private static final Logger LOG = LoggerFactory.getLogger(TopicsAtStart.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Room beside inline content: for what an event may carry, and as much again for how it is told.
    private static final long RECORD_OVERHEAD_BYTES = 2L * EmbeddingTopology.MOST_CARRIED_BYTES;

    private final Admin admin;
    private final Settings settings;

    public TopicsAtStart(Admin admin, Settings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /// @throws StartException if the broker does not answer, or a topic is missing and not to be created
    public void ensure() throws StartException {
        Set<String> missing = new TreeSet<>(needed());
        missing.removeAll(ask("list the topics", admin.listTopics().names()::get));
        if (!missing.isEmpty() && !settings.topics().create()) {
            throw new StartException("The topics " + needed() + " were expected at " + settings.bootstrapServers()
                    + ", found no " + missing + ": create them, or start with --set topics.create=true");
        }
        if (!missing.isEmpty()) {
            create(missing);
            awaitLeaders(missing);
        }
        warnOfTopicsThatForget();
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
            // another instance that starts at the same time may have been first
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new StartException("The topics " + missing + " could not be created", e.getCause());
            }
        } catch (TimeoutException e) {
            throw silent("create the topics " + missing, e);
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

    /// A topic that was just created has no leaders yet, and a stream that starts before it has would stop. A leader
    /// that is named may still not serve: an idempotent producer that comes too early sees its records refused as
    /// out of order. So each partition is asked for its offsets.
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
                LOG.debug("The topics {} are not there yet", created, e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        throw new StartException("Leaders of the new topics " + created + " were expected within "
                + PATIENCE.toSeconds() + " s, found none: look at the brokers");
    }

    /// Only a warning: who may not describe the topics may still use them.
    private void warnOfTopicsThatForget() {
        List<ConfigResource> resources = needed().stream()
                .filter(compacted()::contains)
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<ConfigResource, Config> found;
        try {
            found = ask("describe the topics", admin.describeConfigs(resources).all()::get);
        } catch (StartException e) {
            LOG.warn("Whether the topics {} are compacted is not known", compacted(), e);
            return;
        }
        found.forEach((topic, config) -> {
            String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
            if (policy == null || !policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                LOG.warn(
                        "The topic {} was expected to be compacted, found cleanup.policy={}: old media will be"
                                + " forgotten",
                        topic.name(),
                        policy);
            }
        });
    }

    /// What the broker is asked.
    @FunctionalInterface
    private interface Question<T> {
        T answer(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException;
    }

    private <T> T ask(String what, Question<T> question) throws StartException {
        try {
            return question.answer(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new StartException(
                    "The broker at " + settings.bootstrapServers() + " was asked to " + what + " and failed",
                    e.getCause());
        } catch (TimeoutException e) {
            throw silent(what, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private StartException silent(String what, TimeoutException cause) {
        return new StartException(
                "A Kafka broker was expected at " + settings.bootstrapServers() + "; asked to " + what
                        + ", none answered within " + PATIENCE.toSeconds()
                        + " s: check bootstrap-servers and, with TLS or SASL, the kafka.* settings",
                cause);
    }

    private static StartException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new StartException("The start was interrupted", cause);
    }
}
