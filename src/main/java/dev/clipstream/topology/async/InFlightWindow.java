package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// What one task has in flight, oldest first.
///
/// Owned by the task's stream thread, which alone touches it: the work's threads only complete the futures. It
/// outlives its task: after [#drop()] it still tells the offsets that were dropped, since Kafka Streams may commit
/// after it has closed a processor.
final class InFlightWindow<K, R> {

    /// One record in flight; its value is not kept.
    ///
    /// @param weight   bytes of its value
    /// @param progress of its work
    record Entry<K, R>(
            Position position,
            @Nullable K key,
            long timestamp,
            Headers headers,
            AsyncWork.Pending<R> work,
            long weight,
            StageProgress.Followed progress) {

        /// The record that goes on: key, timestamp and headers as they came.
        Record<@Nullable K, R> with(R outcome) {
            return new Record<>(key, outcome, timestamp, headers);
        }
    }

    /// What was read before a partition was paused comes in beyond the limit; more does not.
    private static final long OVERFULL = 4;

    private final StageLimits limits;
    private final StageProgress all;
    private final ArrayDeque<Entry<K, R>> entries = new ArrayDeque<>();
    private final Set<TopicPartition> partitions = new HashSet<>();
    private final Map<TopicPartition, Long> dropped = new HashMap<>();
    private long weight;

    /// @param all that is in flight in this JVM
    InFlightWindow(StageLimits limits, StageProgress all) {
        this.limits = limits;
        this.all = all;
    }

    void add(Entry<K, R> entry) {
        entries.addLast(entry);
        partitions.add(entry.position().partition());
        weight += entry.weight();
    }

    /// The oldest; null: nothing is in flight.
    @Nullable
    Entry<K, R> head() {
        return entries.peekFirst();
    }

    /// Takes the oldest out, after it was forwarded.
    void removeHead() {
        weight -= entries.removeFirst().weight();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Whether its partitions should not be read on: it is full itself, or all windows together are. What makes them
    /// full is work that comes back, whatever its partition.
    boolean isFull() {
        return holds(limits.windowRecords(), limits.windowBytes()) || all.bytes() >= limits.allBytes();
    }

    /// Whether not even what was read before it was full may come in.
    boolean isOverfull() {
        return holds(OVERFULL * limits.windowRecords(), OVERFULL * limits.windowBytes());
    }

    private boolean holds(long records, long bytes) {
        return entries.size() >= records || (weight >= bytes && !entries.isEmpty());
    }

    /// Where its records came from.
    Set<TopicPartition> partitions() {
        return partitions;
    }

    int size() {
        return entries.size();
    }

    /// Whether a record other than the head has its outcome.
    boolean anyFinishedAfterHead() {
        return entries.stream().skip(1).anyMatch(entry -> entry.work().result().isDone());
    }

    /// The first offset of a partition that may not be committed as done.
    OptionalLong firstHeld(TopicPartition partition) {
        Long kept = dropped.get(partition);
        if (kept != null) {
            return OptionalLong.of(kept);
        }
        // the oldest is not always the lowest: after an offset reset lower ones come behind
        return entries.stream()
                .map(Entry::position)
                .filter(position -> position.partition().equals(partition))
                .mapToLong(Position::offset)
                .min();
    }

    /// Gives up what is in flight: cancels the work, keeps the offsets.
    ///
    /// @return how many records
    int drop() {
        int count = entries.size();
        for (Entry<K, R> entry : entries) {
            dropped.merge(entry.position().partition(), entry.position().offset(), Math::min);
            entry.work().result().cancel(true);
        }
        entries.clear();
        weight = 0;
        return count;
    }
}
