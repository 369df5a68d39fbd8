package dev.clipstream.topology.async;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;

/// Connects the asynchronous stages and the wrapped clients of one stream thread: it knows the records in flight,
/// and lowers every offset that is about to be committed to that of the first one.
///
/// There is one instance for each stream thread; [#ofThisThread()] returns it. Kafka Streams calls a processor's
/// `init`, `process` and `close`, the consumer's poll and commit, and the producer's `sendOffsetsToTransaction`
/// only on the stream thread. Hence nothing is locked, and a thread that lost its partitions cannot affect those
/// of another. Only [#inFlight()] and [#progress()] may be called on other threads.
final class HeldOffsets {
    private static final ThreadLocal<HeldOffsets> OF_THREAD = ThreadLocal.withInitial(HeldOffsets::new);

    private final Map<TaskId, InFlightWindow<?, ?>> windows = new HashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ThreadProgress progress = new ThreadProgress();
    private long entries;
    private boolean lowersCommits;

    /// Returns the instance of the calling thread.
    static HeldOffsets ofThisThread() {
        return OF_THREAD.get();
    }

    /// Notes that the clients of this thread are wrapped, so that offsets of records in flight are not committed.
    void clientsAreWrapped() {
        lowersCommits = true;
    }

    /// Returns whether a stage on this thread may leave work in flight when `process` returns. False if the
    /// clients are not wrapped, as in a TopologyTestDriver.
    boolean lowersCommits() {
        return lowersCommits;
    }

    /// Registers the window of an initialised task. It replaces the task's previous window, whose records are read
    /// again from the committed offset.
    void register(TaskId task, InFlightWindow<?, ?> window) {
        windows.put(task, window);
    }

    /// Counts a record that is in flight from now on.
    void entered() {
        entries++;
        inFlight.incrementAndGet();
    }

    void left(int count) {
        inFlight.addAndGet(-count);
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

    /// Returns the partitions of full windows.
    Set<TopicPartition> full() {
        Set<TopicPartition> full = new HashSet<>();
        for (InFlightWindow<?, ?> window : windows.values()) {
            if (window.isFull()) {
                full.addAll(window.partitions());
            }
        }
        return full;
    }

    /// Returns the offsets that may be committed: those that Kafka Streams wants to commit, but none beyond the
    /// first record in flight. Metadata and leader epoch are kept.
    Map<TopicPartition, OffsetAndMetadata> lower(Map<TopicPartition, OffsetAndMetadata> wanted) {
        Map<TopicPartition, OffsetAndMetadata> lowered = new HashMap<>();
        wanted.forEach((partition, offset) -> lowered.put(partition, lower(partition, offset)));
        return lowered;
    }

    private OffsetAndMetadata lower(TopicPartition partition, OffsetAndMetadata wanted) {
        long offset = wanted.offset();
        for (InFlightWindow<?, ?> window : windows.values()) {
            OptionalLong held = window.firstHeld(partition);
            if (held.isPresent()) {
                offset = Math.min(offset, held.getAsLong());
            }
        }
        return offset == wanted.offset()
                ? wanted
                : new OffsetAndMetadata(offset, wanted.leaderEpoch(), wanted.metadata());
    }
}
