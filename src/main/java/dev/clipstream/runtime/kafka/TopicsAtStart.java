package dev.clipstream.runtime.kafka;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks that the topics of an instance exist and that it has the rights that it needs, before any topology starts.
/// Creates missing topics if the settings say so, and warns of topics whose configuration loses records.
public final class TopicsAtStart {
    private static final Logger LOG = LoggerFactory.getLogger(TopicsAtStart.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Room in a record besides inline content: for what an event may carry, and as much again for its encoding.
    private static final long RECORD_OVERHEAD_BYTES = 2L * EmbeddingTopology.MOST_CARRIED_BYTES;

    private final Admin admin;
    private final Settings settings;
    private final Topics names;
    private final RightsAtStart rights;
    private final TopicConfigs configs;
    private final Map<String, Integer> partitions = new TreeMap<>();

    public TopicsAtStart(Admin admin, Settings settings) {
        this.admin = admin;
        this.settings = settings;
        this.rights = new RightsAtStart(settings);
        this.names = settings.topics().names();
        this.configs = new TopicConfigs(names, rights.changelogs());
    }

    /// Checks the topics, and creates missing ones if `topics.create` is true.
    ///
    /// @throws StartException if the brokers do not answer, a topic is missing and must not be created, or a right is
    ///     missing
    public void ensure() throws StartException {
        Set<String> missing = new TreeSet<>();
        List<String> missingRights = new ArrayList<>();
        describe(needed(), missing, missingRights);
        try {
            missingRights.addAll(rights.missingOfGroupsAndTransactions(admin));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        require(missingRights);
        Set<String> unprepared = new TreeSet<>(missing);
        unprepared.removeAll(rights.changelogs()); // Kafka Streams would create them, too
        if (!unprepared.isEmpty() && !settings.topics().create()) {
            throw new StartException("Kafka at " + settings.bootstrapServers() + ": Expected the topics " + needed()
                    + ", found no " + unprepared + ". Create them, or start with --set topics.create=true"
                    + (unprepared.stream().anyMatch(names.yielding()::contains)
                            ? ". Without a topic of back-fills, start with --set topics.backfill="
                            : "")
                    + (missing.contains(names.labels())
                            ? ". " + names.labels()
                                    + " takes one partition and cleanup.policy=compact; without it, start"
                                    + " with --set topics.labels="
                            : ""));
        }
        if (!missing.isEmpty()) {
            create(missing);
            awaitLeaders(missing);
            describe(missing, new TreeSet<>(), missingRights);
            require(missingRights);
        }
        requireOneOrderOfLabelSets();
        warnOfPartitions();
        warnOfConfigurations();
    }

    /// A medium's events are in one task if its partition has the same number in both topics.
    private void warnOfPartitions() {
        Integer live = partitions.get(names.uploaded());
        Integer backfill = partitions.get(names.backfill());
        if (live != null && backfill != null && !live.equals(backfill)) {
            LOG.warn(
                    "The topic {}: Expected the {} partitions of {}, found {}. The events of a medium are processed in"
                            + " order within each topic, but not across the two. Create it again with {} partitions,"
                            + " after what it holds has been read",
                    names.backfill(),
                    live,
                    names.uploaded(),
                    backfill,
                    live);
        }
    }

    /// With several partitions, two instances could read two changes in different orders, and tag differently.
    private void requireOneOrderOfLabelSets() throws StartException {
        int found = partitions.getOrDefault(names.labels(), 1);
        if (found != 1) {
            throw new StartException("The topic " + names.labels() + ": Expected one partition, found " + found
                    + ". Create it again with one partition and cleanup.policy=compact, or name another one with --set"
                    + " topics.labels=NAME");
        }
    }

    private void require(List<String> missingRights) throws StartException {
        if (!missingRights.isEmpty()) {
            throw new StartException(KafkaFailures.missing(settings.kafka(), missingRights));
        }
    }

    private void describe(Set<String> topics, Set<String> missing, List<String> missingRights) throws StartException {
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : admin.describeTopics(
                        topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues()
                .entrySet()) {
            check(topic.getKey(), topic.getValue(), missing, missingRights);
        }
    }

    private void check(
            String name, KafkaFuture<TopicDescription> topic, Set<String> missing, List<String> missingRights)
            throws StartException {
        try {
            TopicDescription found = topic.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            partitions.put(name, found.partitions().size());
            missingRights.addAll(rights.missing(name, found.authorizedOperations()));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UnknownTopicOrPartitionException _ -> missing.add(name);
                case TopicAuthorizationException _ -> missingRights.addAll(rights.all(name));
                case null, default -> throw failed("describe the topics", e);
            }
        } catch (TimeoutException e) {
            throw noAnswer("describe the topics", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Set<String> needed() {
        return rights.topics().keySet();
    }

    private void create(Set<String> missing) throws StartException {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : missing) {
            topics.add(
                    new NewTopic(name, partitionsOfNew(name), settings.topics().replicationFactor())
                            .configs(configuration(name)));
        }
        LOG.info("Creating the topics {}", missing);
        try {
            admin.createTopics(topics).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            // another instance that starts at the same time may have created them
            if (e.getCause() instanceof TopicAuthorizationException) {
                throw new StartException(
                        KafkaFailures.missing(settings.kafka(), List.of("CREATE on the topics " + missing)));
            }
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw failed("create the topics " + missing, e);
            }
        } catch (TimeoutException e) {
            throw noAnswer("create the topics " + missing, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Returns the number of partitions of a new topic: topics of uploads have the same one, and what Kafka Streams
    /// keeps of a topic has that of the topic.
    private int partitionsOfNew(String name) {
        if (name.equals(names.labels())) {
            return 1;
        }
        int usual = settings.topics().partitions();
        if (rights.changelogs().contains(name)) {
            return partitions.getOrDefault(names.embedded(), usual);
        }
        return names.uploads().stream()
                .filter(other -> names.uploads().contains(name) && partitions.containsKey(other))
                .map(other -> partitions.getOrDefault(other, usual))
                .findFirst()
                .orElse(usual);
    }

    private Map<String, String> configuration(String name) {
        if (name.equals(names.labels())) {
            return Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    configs.policy(name),
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    Integer.toString(TopicConfigs.LARGEST_LABEL_SET));
        }
        if (configs.policy(name).equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
        if (names.uploads().contains(name)) {
            long largest = settings.embedding().maxBytes() + RECORD_OVERHEAD_BYTES;
            return Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(Math.min(largest, Integer.MAX_VALUE)));
        }
        if (name.equals(names.feedback())) {
            return Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"); // people's work, which nothing can compute again
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

    /// Logs warnings only, because a client that may not describe a topic may still use it.
    private void warnOfConfigurations() throws StartException {
        List<ConfigResource> resources = needed().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Map<String, String>> found = new TreeMap<>();
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic :
                admin.describeConfigs(resources).values().entrySet()) {
            String name = topic.getKey().name();
            try {
                Config config = topic.getValue().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                Map<String, String> values = new TreeMap<>();
                config.entries().forEach(entry -> values.put(entry.name(), String.valueOf(entry.value())));
                found.put(name, values);
            } catch (ExecutionException | TimeoutException e) {
                LOG.info(
                        "The topic {} should have cleanup.policy={}. Cannot check its configuration, which takes"
                                + " DESCRIBE_CONFIGS on it: {}",
                        name,
                        configs.policy(name),
                        String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        configs.warnings(found).forEach(LOG::warn);
    }

    private StartException failed(String what, ExecutionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return KafkaFailures.refusal(cause, settings.kafka(), "kafka.")
                .map(StartException::new)
                .orElseGet(() ->
                        new StartException("Kafka at " + settings.bootstrapServers() + ": Cannot " + what, cause));
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
