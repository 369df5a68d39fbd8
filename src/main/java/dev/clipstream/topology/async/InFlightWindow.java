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

/// The records that one task has in flight, oldest first.
///
/// Only the task's stream thread uses it; other threads only complete the futures. It outlives its task: after
/// [#drop()] it keeps the offsets of the dropped records, since Kafka Streams may commit after it has closed a
/// processor.
final class InFlightWindow<K, R> {

    /// One record in flight, without its value.
    ///
    /// @param weight   bytes of the value
    /// @param progress of the work
    record Entry<K, R>(
            Position position,
            @Nullable K key,
            long timestamp,
            Headers headers,
            AsyncWork.Pending<R> work,
            long weight,
            StageProgress.Tracked progress) {

        /// Returns the record to forward: the outcome with the original key, timestamp and headers.
        Record<@Nullable K, R> with(R outcome) {
            return new Record<>(key, outcome, timestamp, headers);
        }
    }

    /// Records that were read before their partition was paused may exceed the limit by this factor.
    private static final long OVERFULL = 4;

    private final StageLimits limits;
    private final StageProgress all;
    private final ArrayDeque<Entry<K, R>> entries = new ArrayDeque<>();
    private final Set<TopicPartition> partitions = new HashSet<>();
    private final Map<TopicPartition, Long> dropped = new HashMap<>();
    private long weight;

    /// @param all the progress of all tasks of the stage in this JVM
    InFlightWindow(StageLimits limits, StageProgress all) {
        this.limits = limits;
        this.all = all;
    }

    void add(Entry<K, R> entry) {
        entries.addLast(entry);
        partitions.add(entry.position().partition());
        weight += entry.weight();
    }

    /// Returns the oldest record; null: no record is in flight.
    @Nullable
    Entry<K, R> head() {
        return entries.peekFirst();
    }

    /// Removes the oldest record, after it was forwarded.
    void removeHead() {
        weight -= entries.removeFirst().weight();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Returns whether reading its partitions should pause, because this window or all windows together are full.
    /// Work that completes of any partition makes room.
    boolean isFull() {
        return holds(limits.windowRecords(), limits.windowBytes()) || all.bytes() >= limits.allBytes();
    }

    /// Returns whether not even records that were read before the pause may be added.
    boolean isOverfull() {
        return holds(OVERFULL * limits.windowRecords(), OVERFULL * limits.windowBytes());
    }

    private boolean holds(long records, long bytes) {
        return entries.size() >= records || (weight >= bytes && !entries.isEmpty());
    }

    /// Returns the partitions of the records that it has held so far.
    Set<TopicPartition> partitions() {
        return partitions;
    }

    int size() {
        return entries.size();
    }

    /// Returns whether a record behind the head has an outcome.
    boolean anyFinishedAfterHead() {
        return entries.stream().skip(1).anyMatch(entry -> entry.work().result().isDone());
    }

    /// Returns the first offset of a partition that must not be committed as processed; empty: there is none.
    OptionalLong firstHeld(TopicPartition partition) {
        Long kept = dropped.get(partition);
        if (kept != null) {
            return OptionalLong.of(kept);
        }
        // the oldest is not always the lowest: after an offset reset, lower ones follow
        return entries.stream()
                .map(Entry::position)
                .filter(position -> position.partition().equals(partition))
                .mapToLong(Position::offset)
                .min();
    }

    /// Drops the records in flight: cancels their work and keeps their offsets.
    ///
    /// @return the number of records
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
