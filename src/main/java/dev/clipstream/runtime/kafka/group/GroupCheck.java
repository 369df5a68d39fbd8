package dev.clipstream.runtime.kafka.group;

import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares a topology of this instance with the members of consumer groups that are there: of its own group, of the
/// other topologies of its application id, and of other application ids.
///
/// Sees only groups that the client may describe. The brokers enforce the agreement within one group anyway
/// ([IdentityAssignor]); this check names both sides, and compares across groups. Not thread-safe.
public final class GroupCheck {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCheck.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration REBALANCE = Duration.ofSeconds(5);
    private static final Pattern GROUP = Pattern.compile("(.+)-(embedding|tagging|indexing-.+)");

    private final Map<String, Object> admin;
    private final String applicationId;
    private final String instanceId;
    private final boolean shared;
    private final TopologyName topology;
    private final String group;
    private final GroupIdentity identity;

    /// A check of what the brokers say.
    @FunctionalInterface
    private interface Question {
        void ask(Admin client) throws StartException;
    }

    /// @param admin      properties of an admin client
    /// @param instanceId of a static member; empty: a dynamic member
    /// @param shared     whether other application ids may write to the same topics
    /// @param group      name of the topology's consumer group
    public GroupCheck(
            Map<String, Object> admin,
            String applicationId,
            String instanceId,
            boolean shared,
            TopologyName topology,
            String group,
            GroupIdentity identity) {
        this.admin = admin;
        this.applicationId = applicationId;
        this.instanceId = instanceId;
        this.shared = shared;
        this.topology = topology;
        this.group = group;
        this.identity = identity;
    }

    /// Checks the groups before the topology joins its own. Removes an earlier run of this static member that was
    /// another identity.
    ///
    /// @throws StartException if members disagree with this instance
    public void beforeJoin() throws StartException {
        ask(client -> {
            Map<String, ConsumerGroupDescription> groups = groups(client);
            ConsumerGroupDescription own = groups.get(group);
            if (own != null && isOnlyThisInstance(own) && !agrees(own)) {
                remove(client, own);
                groups.remove(group);
            }
            check(groups);
            warnOfHistory(client);
        });
    }

    /// Checks the groups after the topology has joined its own, for instances that started at the same time.
    ///
    /// @throws StartException if members disagree with this instance
    public void afterJoin() throws StartException {
        ask(client -> check(groups(client)));
    }

    /// Asks the brokers, unless none of their names resolves.
    private void ask(Question question) throws StartException {
        Admin client;
        try {
            client = Admin.create(admin);
        } catch (KafkaException e) {
            LOG.debug("Cannot check the consumer groups", e);
            return;
        }
        try (client) {
            question.ask(client);
        }
    }

    /// Returns why the brokers refused this instance as a member of its group.
    public StartException refusal() {
        try {
            afterJoin();
        } catch (StartException e) {
            return e;
        }
        // the others have left meanwhile, or may not be described
        return new StartException("application-id " + applicationId + ": Expected instances that agree in "
                + identity.withoutBackfill().values() + ", found another in the group " + group
                + ". Give this instance another"
                + " application-id and other output topics, or set what the others have");
    }

    private void check(Map<String, ConsumerGroupDescription> groups) throws StartException {
        for (ConsumerGroupDescription found : groups.values()) {
            Matcher name = GROUP.matcher(found.groupId());
            boolean ours = !found.groupId().equals(group) && isOnlyThisInstance(found);
            if (found.members().isEmpty() || ours || !name.matches()) {
                continue;
            }
            Optional<GroupIdentity> theirs = GroupIdentity.parse(found.partitionAssignor());
            if (name.group(1).equals(applicationId)) {
                requireAgreement(found, theirs);
            } else if (theirs.isPresent() && name.group(2).equals(topology.label()) && !shared) {
                requireOtherTopics(name.group(1), found, theirs.get());
            }
        }
    }

    private void requireAgreement(ConsumerGroupDescription found, Optional<GroupIdentity> theirs)
            throws StartException {
        if (theirs.isPresent()) {
            String differences = identity.withoutBackfill().differences(theirs.get());
            if (!differences.isEmpty()) {
                throw new StartException("application-id " + applicationId + ": Expected instances that agree, found "
                        + differences + " (" + members(found) + "). Give this instance another application-id"
                        + " and other output topics, or set what the others have. To change all instances, stop all"
                        + " of them first; one that was killed counts until its session times out (45 s by default)");
            }
        } else if (found.groupId().equals(group) && !found.partitionAssignor().isEmpty()) {
            throw new StartException("application-id " + applicationId + ": Expected only instances of this version in"
                    + " the group " + group + ", found members with the protocol " + found.partitionAssignor() + " ("
                    + members(found) + "). Stop them first, or set another application-id");
        }
    }

    private void requireOtherTopics(String otherId, ConsumerGroupDescription found, GroupIdentity theirs)
            throws StartException {
        boolean same = topology == TopologyName.EMBEDDING
                ? !Collections.disjoint(identity.inputs(), theirs.inputs())
                        && identity.sharesAll(theirs, GroupIdentity.EMBEDDED)
                : topology == TopologyName.TAGGING
                        && identity.sharesAll(theirs, GroupIdentity.EMBEDDED, GroupIdentity.TAGGED);
        if (same) {
            throw new StartException("application-id " + applicationId + ": Expected no other application-id that does "
                    + topology.label() + " on the same topics, found " + otherId + " (" + members(found)
                    + "). Both would write each result. Set application-id=" + otherId + " to share the work, set other"
                    + " output topics, or allow it with topics.shared=true");
        }
    }

    /// Warns that a new application id processes everything again that another one has processed.
    private void warnOfHistory(Admin client) throws StartException {
        if (topology != TopologyName.EMBEDDING) {
            return;
        }
        if (!committed(client, group)) {
            for (String other : embeddingGroups(client)) {
                if (!other.equals(group) && committed(client, other)) {
                    LOG.warn(
                            "The group {} is new and reads {} from its beginning, which the group {} has processed:"
                                    + " unless their output topics differ, set application-id={} to continue there",
                            group,
                            identity.values().get(GroupIdentity.INPUT),
                            other,
                            other.substring(0, other.length() - topology.label().length() - 1));
                }
            }
        }
    }

    private List<String> embeddingGroups(Admin client) throws StartException {
        return names(client).stream()
                .filter(name -> name.endsWith("-" + topology.label()))
                .toList();
    }

    private boolean committed(Admin client, String name) throws StartException {
        try {
            String input = identity.values().get(GroupIdentity.INPUT);
            return await(client.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata()).keySet().stream()
                    .map(TopicPartition::topic)
                    .anyMatch(topic -> topic.equals(input));
        } catch (ExecutionException e) {
            LOG.debug("Cannot read the committed offsets of the group {}", name, e);
            return false;
        }
    }

    private boolean agrees(ConsumerGroupDescription found) {
        return GroupIdentity.parse(found.partitionAssignor())
                .filter(theirs -> theirs.withoutBackfill().equals(identity.withoutBackfill()))
                .isPresent();
    }

    /// Returns whether all members are threads of this static member, as of a run that ended or was killed.
    private boolean isOnlyThisInstance(ConsumerGroupDescription found) {
        Pattern own = Pattern.compile(Pattern.quote(instanceId) + "-\\d+");
        return !instanceId.isEmpty()
                && !found.members().isEmpty()
                && found.members().stream()
                        .allMatch(member -> member.groupInstanceId()
                                .filter(id -> own.matcher(id).matches())
                                .isPresent());
    }

    private void remove(Admin client, ConsumerGroupDescription found) throws StartException {
        LOG.info("The group {}: Removing this instance's earlier run, which had {}", group, found.partitionAssignor());
        List<MemberToRemove> members = found.members().stream()
                .map(member -> new MemberToRemove(member.groupInstanceId().orElseThrow()))
                .toList();
        try {
            await(client.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions(members))
                    .all());
        } catch (ExecutionException e) {
            // they may have timed out meanwhile; if not, the join is refused
            LOG.debug("Cannot remove {} from the group {}", members, group, e);
        }
    }

    private Collection<String> names(Admin client) throws StartException {
        try {
            return await(client.listGroups(ListGroupsOptions.forConsumerGroups())
                            .valid())
                    .stream()
                    .map(GroupListing::groupId)
                    .filter(name -> GROUP.matcher(name).matches())
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            LOG.debug("Cannot list the consumer groups", e);
            return List.of(group);
        }
    }

    /// Describes the groups that have members. Waits for a while for groups that are rebalancing, which do not show
    /// their protocol.
    private Map<String, ConsumerGroupDescription> groups(Admin client) throws StartException {
        long deadlineNanos = System.nanoTime() + REBALANCE.toNanos();
        Collection<String> names = names(client);
        while (true) {
            Map<String, ConsumerGroupDescription> found = describe(client, names);
            boolean rebalancing = found.values().stream()
                    .map(ConsumerGroupDescription::groupState)
                    .anyMatch(state ->
                            state == GroupState.PREPARING_REBALANCE || state == GroupState.COMPLETING_REBALANCE);
            if (!rebalancing || System.nanoTime() > deadlineNanos) {
                return found;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private Map<String, ConsumerGroupDescription> describe(Admin client, Collection<String> names)
            throws StartException {
        Map<String, ConsumerGroupDescription> found = new TreeMap<>();
        Map<String, KafkaFuture<ConsumerGroupDescription>> asked =
                client.describeConsumerGroups(names).describedGroups();
        for (Map.Entry<String, KafkaFuture<ConsumerGroupDescription>> one : asked.entrySet()) {
            try {
                found.put(one.getKey(), await(one.getValue()));
            } catch (ExecutionException e) {
                LOG.debug("Cannot describe the group {}", one.getKey(), e);
            }
        }
        return found;
    }

    private static String members(ConsumerGroupDescription found) {
        List<String> members = new ArrayList<>();
        for (MemberDescription member : found.members()) {
            members.add(member.groupInstanceId().orElse(member.clientId()) + " at " + member.host());
        }
        return "group " + found.groupId() + ": "
                + members.stream().sorted().limit(3).collect(Collectors.joining(", "))
                + (members.size() > 3 ? " and " + (members.size() - 3) + " more" : "");
    }

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException, StartException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ExecutionException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static StartException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new StartException("The start was interrupted", cause);
    }
}
