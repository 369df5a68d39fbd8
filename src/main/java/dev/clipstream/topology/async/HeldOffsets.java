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

/// Where the stages and the wrapped clients of one stream thread meet: it knows what is in flight, and lowers every
/// offset about to be committed to the first one that is.
///
/// One for each stream thread, reached through [#ofThisThread()]. Kafka Streams calls a processor's `init`,
/// `process` and `close`, the consumer's poll and commit, and the producer's `sendOffsetsToTransaction` on the
/// stream thread alone; hence nothing here is locked, and a thread that lost its partitions cannot meddle with
/// another's. Only [#inFlight()] may be called from elsewhere.
final class HeldOffsets {
    private static final ThreadLocal<HeldOffsets> OF_THREAD = ThreadLocal.withInitial(HeldOffsets::new);

    private final Map<TaskId, InFlightWindow<?, ?>> windows = new HashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private boolean lowersCommits;

    /// The calling thread's own.
    static HeldOffsets ofThisThread() {
        return OF_THREAD.get();
    }

    /// The clients of this thread are wrapped: what a stage holds back will not be committed.
    void clientsAreWrapped() {
        lowersCommits = true;
    }

    /// Whether a stage on this thread may leave work in flight when it returns. False where nobody lowers commits,
    /// as in a TopologyTestDriver.
    boolean lowersCommits() {
        return lowersCommits;
    }

    /// Takes the window of a task that was initialised, in place of the one that it had before: whatever that one
    /// held is read again, from the committed offset.
    void hold(TaskId task, InFlightWindow<?, ?> window) {
        windows.put(task, window);
    }

    void entered() {
        inFlight.incrementAndGet();
    }

    void left(int count) {
        inFlight.addAndGet(-count);
    }

    /// Records in flight on this thread.
    int inFlight() {
        return inFlight.get();
    }

    /// Partitions whose windows are full.
    Set<TopicPartition> full() {
        Set<TopicPartition> full = new HashSet<>();
        for (InFlightWindow<?, ?> window : windows.values()) {
            if (window.isFull()) {
                full.addAll(window.partitions());
            }
        }
        return full;
    }

    /// What may be committed of what Kafka Streams wants to: never beyond the first record in flight. Metadata and
    /// leader epoch are kept.
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
