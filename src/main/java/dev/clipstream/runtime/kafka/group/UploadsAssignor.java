package dev.clipstream.runtime.kafka.group;

import static org.apache.kafka.streams.StreamsConfig.InternalConfig.REFERENCE_CONTAINER_PARTITION_ASSIGNOR;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.assignment.AssignmentInfo;
import org.apache.kafka.streams.processor.internals.assignment.ReferenceContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The assignor of the topology `embedding`, whose tasks read the same partition of one or two topics.
///
/// A member that reads two topics offers two identities: first its own, then that of members without the topic of
/// back-fills ([LiveUploadsAssignor]). The broker takes the second while one member knows no other, such as one of an
/// earlier version, and the first as soon as all members agree on it.
///
/// A running task keeps its partitions. If they change, the member first gives up the task, which commits it, and gets
/// it again with the next assignment. Kafka Streams could add partitions to a running task, but it fails at the next
/// commit after it has removed one, and what was committed of an added one is not looked up.
///
/// Created by the Kafka consumer.
public class UploadsAssignor extends IdentityAssignor {
    /// Not that of the class, under whose name Kafka's assignor logs each rebalance in ten lines.
    private static final Logger LOG = LoggerFactory.getLogger(UploadsAssignor.class.getPackageName());
    private static final String BACKFILL = "clipstream.topics.backfill";

    private String backfill = "";
    private Supplier<Set<TopicPartition>> owned = Set::of;

    /// Returns the properties that make a main consumer use these assignors.
    ///
    /// @param identity of a member of the topology `embedding`
    public static Map<String, Object> properties(GroupIdentity identity) {
        Map<String, Object> properties = new HashMap<>(IdentityAssignor.properties(identity));
        List<String> assignors = new ArrayList<>(List.of(UploadsAssignor.class.getName()));
        identity.backfill().ifPresent(topic -> {
            properties.put(BACKFILL, topic);
            properties.putAll(LiveUploadsAssignor.name(identity));
            assignors.add(LiveUploadsAssignor.class.getName());
        });
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, assignors);
        return properties;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        super.configure(configs);
        backfill = configs.get(BACKFILL) instanceof String topic ? topic : "";
        if (configs.get(REFERENCE_CONTAINER_PARTITION_ASSIGNOR) instanceof ReferenceContainer thread) {
            owned = () -> thread.mainConsumer.assignment();
        }
    }

    /// Returns the name of the topic of back-fills; empty: this member reads none.
    final String backfill() {
        return backfill;
    }

    /// Returns whether members may get a partition with this assignor.
    boolean assigns(TopicPartition partition) {
        return true;
    }

    /// Says what the members read with this assignor.
    void chosen() {
        if (!backfill.isEmpty()) {
            LOG.info("All members of the group read {}", backfill);
        }
    }

    @Override
    public final GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
        Map<String, Assignment> assignments = new HashMap<>();
        super.assign(metadata, subscriptions)
                .groupAssignment()
                .forEach((member, assignment) -> assignments.put(
                        member,
                        restricted(
                                assignment,
                                Objects.requireNonNull(subscriptions
                                                .groupSubscription()
                                                .get(member))
                                        .ownedPartitions())));
        return new GroupAssignment(assignments);
    }

    private Assignment restricted(Assignment assignment, Collection<TopicPartition> before) {
        AssignmentInfo info = AssignmentInfo.decode(assignment.userData());
        Map<TopicPartition, TaskId> tasks = new HashMap<>();
        tasks(assignment, info).forEach((task, partitions) -> {
            Set<TopicPartition> assigned =
                    partitions.stream().filter(this::assigns).collect(Collectors.toSet());
            if (!changes(task, assigned, before)) {
                assigned.forEach(partition -> tasks.put(partition, task));
            }
        });
        List<TopicPartition> partitions =
                tasks.keySet().stream().sorted(PARTITION_COMPARATOR).toList();
        AssignmentInfo restricted = new AssignmentInfo(
                info.version(),
                info.commonlySupportedVersion(),
                partitions.stream().map(tasks::get).toList(),
                info.standbyTasks(),
                info.partitionsByHost(),
                info.standbyPartitionByHost(),
                info.errCode());
        restricted.setNextRebalanceTime(info.nextRebalanceMs());
        return new Assignment(partitions, restricted.encode());
    }

    /// Starts the thread's tasks over if a member of another version led the group and changed the partitions of one
    /// that runs.
    @Override
    public final void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
        Set<TopicPartition> before = owned.get();
        tasks(assignment, AssignmentInfo.decode(assignment.userData())).forEach((task, partitions) -> {
            if (changes(task, partitions, before)) {
                throw new TaskMigratedException("Expected the partitions of the running task " + task
                        + " to stay, found that they become " + partitions);
            }
        });
        super.onAssignment(assignment, metadata);
        chosen();
    }

    private static Map<TaskId, Set<TopicPartition>> tasks(Assignment assignment, AssignmentInfo info) {
        List<TopicPartition> partitions =
                assignment.partitions().stream().sorted(PARTITION_COMPARATOR).toList();
        return info.errCode() == 0 ? getActiveTasks(partitions, info) : Map.of();
    }

    /// Returns whether a member has the task with other partitions. All partitions of one number belong to one task,
    /// because the topology has one source node.
    private static boolean changes(TaskId task, Set<TopicPartition> next, Collection<TopicPartition> before) {
        Set<TopicPartition> now = before.stream()
                .filter(partition -> partition.partition() == task.partition())
                .collect(Collectors.toSet());
        return !now.isEmpty() && !now.equals(next);
    }
}
