package dev.clipstream.topology.async;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;
import org.jspecify.annotations.Nullable;

/// Connects the asynchronous stages and the wrapped clients of one stream thread: it knows which records are in flight
/// and which are finished, and changes every commit accordingly.
///
/// A commit is lowered to the first record in flight, and its metadata names the finished ones above. When a task
/// starts, the metadata of its committed offsets says which records to skip.
///
/// There is one instance for each stream thread; [#ofThisThread()] returns it. Kafka Streams calls a processor's
/// `init`, `process` and `close`, the consumer's poll and commit, and the producer's `sendOffsetsToTransaction`
/// only on the stream thread. Hence nothing is locked, and a thread that lost its partitions cannot affect those
/// of another. Only [#inFlight()], [#waits] and [#progress()] may be called on other threads.
final class HeldOffsets {
    private static final ThreadLocal<HeldOffsets> OF_THREAD = ThreadLocal.withInitial(HeldOffsets::new);

    private final Map<TaskId, InFlightWindow<?, ?>> windows = new HashMap<>();

    /// Of each partition that a task has read. Kept when the task is closed, since Kafka Streams may commit afterwards.
    private final Map<TopicPartition, PartitionOffsets> partitions = new HashMap<>();

    /// As committed, of each partition whose task starts.
    private final Map<TopicPartition, PartitionOffsets> starting = new HashMap<>();

    private final Set<TopicPartition> aborted = new HashSet<>();
    private final Set<String> yielding = new HashSet<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ThreadProgress progress = new ThreadProgress();
    private long entries;
    private boolean clientsAreWrapped;

    /// Returns the instance of the calling thread.
    static HeldOffsets ofThisThread() {
        return OF_THREAD.get();
    }

    /// Notes that the clients of this thread are wrapped, so that offsets of records in flight are not committed.
    void clientsAreWrapped() {
        clientsAreWrapped = true;
    }

    /// Returns whether a stage on this thread may leave work in flight when `process` returns. False if the
    /// clients are not wrapped, as in a TopologyTestDriver.
    boolean lowersCommits() {
        return clientsAreWrapped;
    }

    /// Registers the window of an initialised task. It replaces the task's previous window, whose records are read
    /// again from the committed offset.
    void register(TaskId task, InFlightWindow<?, ?> window) {
        yielding.addAll(window.yielding());
        InFlightWindow<?, ?> previous = windows.put(task, window);
        if (previous != null) {
            partitions.keySet().removeAll(previous.partitions());
        }
    }

    private void starts(TopicPartition partition, @Nullable FinishedOffsets finished) {
        aborted.remove(partition);
        starting.put(partition, new PartitionOffsets(finished));
        if (isGivenUp(partition)) {
            partitions.remove(partition);
        }
    }

    private boolean isGivenUp(TopicPartition partition) {
        PartitionOffsets known = partitions.get(partition);
        return known != null && known.isGivenUp();
    }

    /// Returns the offsets of a partition that a task reads.
    PartitionOffsets of(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, read -> {
            PartitionOffsets started = starting.remove(read);
            return started == null ? new PartitionOffsets(null) : started;
        });
    }

    private @Nullable PartitionOffsets current(TopicPartition partition) {
        PartitionOffsets known = partitions.get(partition);
        return known == null ? starting.get(partition) : known;
    }

    /// Notes the records that the consumer returned, before Kafka Streams gets them.
    void polled(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            polled(records.records(partition), partitions.get(partition));
            polled(records.records(partition), starting.get(partition));
        }
    }

    private static void polled(List<ConsumerRecord<byte[], byte[]>> records, @Nullable PartitionOffsets offsets) {
        if (offsets != null) {
            boolean all = offsets.skips();
            for (int i = 0; i < records.size(); i++) {
                if (all || i == 0 || i == records.size() - 1) {
                    ConsumerRecord<byte[], byte[]> record = records.get(i);
                    offsets.polled(record.offset(), record.leaderEpoch().orElse(-1));
                }
            }
        }
    }

    /// Notes that the consumer goes on at another offset of a partition, as after a reset.
    void rewound(TopicPartition partition, long position) {
        Stream.of(partitions, starting)
                .map(states -> states.get(partition))
                .filter(Objects::nonNull)
                .forEach(offsets -> offsets.rewound(position));
    }

    /// Drops what is in flight of partitions that this thread lost while their task goes on with others.
    ///
    /// @param assigned the partitions that it has
    void keepOnly(Collection<TopicPartition> assigned) {
        starting.keySet().retainAll(assigned);
        for (InFlightWindow<?, ?> window : windows.values()) {
            window.dropOthers(assigned);
        }
    }

    /// Counts a record that is in flight from now on.
    void entered() {
        entries++;
        inFlight.incrementAndGet();
    }

    void left(int count) {
        inFlight.addAndGet(-count);
    }

    /// Notes that more or fewer of the records in flight wait for their input.
    void waits(int more) {
        waiting.addAndGet(more);
    }

    /// Returns the number of records in flight on this thread that do not wait for their input.
    int working() {
        return inFlight.get() - waiting.get();
    }

    /// Returns the topics that yield to the others.
    Set<String> yielding() {
        return yielding;
    }

    /// Returns the number of records in flight on this thread.
    int inFlight() {
        return inFlight.get();
    }

    /// Returns the number of records that have been in flight on this thread so far.
    long entries() {
        return entries;
    }

    /// Returns the progress of this thread.
    ThreadProgress progress() {
        return progress;
    }

    /// Returns the partitions that must not be read for now, each with the reason.
    Map<TopicPartition, WaitReason> full() {
        Map<TopicPartition, WaitReason> full = new HashMap<>();
        for (InFlightWindow<?, ?> window : windows.values()) {
            full.putAll(window.full());
        }
        return full;
    }

    /// Notes that outputs of these partitions were lost with their transaction.
    void aborted(Collection<TopicPartition> sources) {
        aborted.addAll(sources);
    }

    /// Returns the partitions whose outputs were lost with their transaction, and whose task did not start over yet.
    Set<TopicPartition> aborted() {
        return aborted;
    }

    /// Returns the commit that takes the place of the one that Kafka Streams wants: none beyond the first record in
    /// flight, with metadata that names the finished records above. The leader epoch is kept.
    Map<TopicPartition, OffsetAndMetadata> commit(Map<TopicPartition, OffsetAndMetadata> wanted) {
        Map<TopicPartition, OffsetAndMetadata> commit = new HashMap<>();
        wanted.forEach((partition, offset) -> commit.put(partition, commit(partition, offset)));
        return commit;
    }

    private OffsetAndMetadata commit(TopicPartition partition, OffsetAndMetadata wanted) {
        PartitionOffsets offsets = current(partition);
        if (offsets == null) {
            return wanted;
        }
        FinishedOffsets finished = offsets.at(wanted.offset());
        if (finished.isEmpty() && finished.committed() == wanted.offset()) {
            return wanted;
        }
        String metadata = finished.isEmpty() ? wanted.metadata() : CommitMetadata.of(wanted.metadata(), finished);
        return new OffsetAndMetadata(finished.committed(), wanted.leaderEpoch(), metadata);
    }

    /// Notes what the metadata of committed offsets says, and returns them with the metadata that Kafka Streams wrote.
    /// If the partition's task was not closed, commits follow what it knows until it is initialised again.
    ///
    /// @param committed null values: nothing was committed
    Map<TopicPartition, @Nullable OffsetAndMetadata> committed(
            Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
        Map<TopicPartition, @Nullable OffsetAndMetadata> streams = new HashMap<>();
        committed.forEach((partition, offset) -> {
            CommitMetadata.Parts parts =
                    offset == null ? null : CommitMetadata.parse(offset.metadata(), offset.offset());
            starts(partition, parts == null ? null : parts.finished());
            streams.put(
                    partition,
                    offset == null || parts == null
                            ? null
                            : new OffsetAndMetadata(offset.offset(), offset.leaderEpoch(), parts.streams()));
        });
        return streams;
    }

    /// Returns the partitions of a poll whose committed metadata is not known. Kafka Streams asks for it when it starts
    /// a task, but not when a running task gets a further partition.
    Set<TopicPartition> unknown(ConsumerRecords<byte[], byte[]> records) {
        Set<TopicPartition> unknown = new HashSet<>(records.partitions());
        unknown.addAll(records.nextOffsets().keySet());
        unknown.removeIf(partition -> current(partition) != null && !isGivenUp(partition));
        return unknown;
    }
}
