package dev.clipstream.runtime.kafka;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rights that an instance needs of Kafka's authorizer, and which of them it lacks.
final class RightsAtStart {
    private static final Logger LOG = LoggerFactory.getLogger(RightsAtStart.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String ANY = "check";

    private final Settings settings;

    RightsAtStart(Settings settings) {
        this.settings = settings;
    }

    /// Returns the operations that this instance does on each topic.
    Map<String, Set<AclOperation>> topics() {
        Topics names = settings.topics().names();
        Map<String, Set<AclOperation>> rights = new TreeMap<>();
        for (TopologyName topology : settings.topologies()) {
            switch (topology) {
                case EMBEDDING -> {
                    names.uploads().forEach(topic -> add(rights, topic, AclOperation.READ));
                    add(rights, names.embedded(), AclOperation.WRITE);
                }
                case TAGGING -> {
                    add(rights, names.embedded(), AclOperation.READ);
                    add(rights, names.tagged(), AclOperation.WRITE);
                    add(rights, names.alerts(), AclOperation.WRITE);
                    for (String changelog : changelogs()) {
                        add(rights, changelog, AclOperation.READ);
                        add(rights, changelog, AclOperation.WRITE);
                    }
                }
                case INDEXING -> {
                    add(rights, names.embedded(), AclOperation.READ);
                    add(rights, names.tagged(), AclOperation.READ);
                    if (settings.topics().create()) {
                        // an instance whose topics are made by others works without it, except for verdicts
                        add(rights, names.feedback(), AclOperation.WRITE);
                    }
                }
            }
            if (topology != TopologyName.EMBEDDING && !names.labels().isEmpty()) {
                add(rights, names.labels(), AclOperation.READ);
            }
            add(rights, names.rejected(), AclOperation.WRITE);
        }
        return rights;
    }

    /// Returns the topics that Kafka Streams keeps for the topologies of this instance.
    List<String> changelogs() {
        return new KafkaProperties(settings).changelogs();
    }

    private static void add(Map<String, Set<AclOperation>> rights, String topic, AclOperation operation) {
        rights.computeIfAbsent(topic, name -> EnumSet.noneOf(AclOperation.class))
                .add(operation);
    }

    /// Returns all rights on a topic, for messages.
    List<String> all(String topic) {
        return missing(topic, Set.of(AclOperation.UNKNOWN));
    }

    /// Returns the rights on a topic that are missing.
    ///
    /// @param granted null or empty: the broker does not tell
    List<String> missing(String topic, @Nullable Set<AclOperation> granted) {
        if (granted == null || granted.isEmpty()) {
            return List.of();
        }
        return topics().getOrDefault(topic, Set.of()).stream()
                .filter(operation -> !granted.contains(operation))
                .map(operation -> operation + " on the topic " + topic)
                .toList();
    }

    /// Returns the rights on consumer groups and transactional ids that are missing.
    List<String> missingOfGroupsAndTransactions(Admin admin) throws InterruptedException {
        List<String> missing = new ArrayList<>();
        for (TopologyName topology : settings.topologies()) {
            String prefix = settings.applicationId() + "-" + topology.label();
            boolean indexing = topology == TopologyName.INDEXING;
            if (!mayRead(admin, indexing ? prefix + "-" + ANY : prefix)) {
                missing.add("READ on the " + (indexing ? "groups with the prefix " + prefix + "-" : "group " + prefix));
            }
            if (isTransactional(topology) && !mayUseTransactions(admin, prefix + "-" + ANY)) {
                missing.add("WRITE on the transactional ids with the prefix " + prefix + "-");
            }
        }
        return missing;
    }

    private boolean isTransactional(TopologyName topology) {
        return settings.kafka()
                .getOrDefault(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, topology.guarantee())
                .equals(StreamsConfig.EXACTLY_ONCE_V2);
    }

    private static boolean mayRead(Admin admin, String group) throws InterruptedException {
        try {
            Collection<ConsumerGroupDescription> found = await(admin.describeConsumerGroups(
                                    List.of(group),
                                    new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                            .all())
                    .values();
            Set<AclOperation> granted = found.iterator().next().authorizedOperations();
            return granted == null || granted.isEmpty() || granted.contains(AclOperation.READ);
        } catch (ExecutionException e) {
            LOG.debug("The group {} cannot be described, for instance because it is new", group, e);
            return !(e.getCause() instanceof GroupAuthorizationException);
        }
    }

    private static boolean mayUseTransactions(Admin admin, String id) throws InterruptedException {
        try {
            await(admin.describeTransactions(List.of(id)).all());
            return true;
        } catch (ExecutionException e) {
            LOG.debug("The transactional id {} cannot be described, for instance because it is new", id, e);
            return !(e.getCause() instanceof TransactionalIdAuthorizationException);
        }
    }

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException, InterruptedException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ExecutionException(e);
        }
    }
}
