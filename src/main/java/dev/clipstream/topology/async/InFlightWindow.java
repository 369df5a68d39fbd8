package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// The records that one task has in flight, and which of them may be forwarded next: those with an outcome, except
/// behind an earlier record with the same key.
///
/// Only the task's stream thread uses it; other threads only complete the futures.
final class InFlightWindow<K, R> {

    /// One record in flight, without its value.
    static final class Entry<K, R> {
        private final Position position;
        private final @Nullable K key;
        private final long timestamp;
        private final Headers headers;
        private final AsyncWork.Pending<R> work;
        private final long weight;
        private final StageProgress.Tracked progress;
        private final Load load;
        private final long number;
        private final AtomicBoolean waits = new AtomicBoolean(true);
        private boolean inTurn;

        private Entry(
                Record<K, ?> record,
                Position position,
                AsyncWork.Pending<R> work,
                long weight,
                StageProgress.Tracked progress,
                Load load,
                long number) {
            this.position = position;
            this.key = record.key();
            this.timestamp = record.timestamp();
            this.headers = record.headers();
            this.work = work;
            this.weight = weight;
            this.progress = progress;
            this.load = load;
            this.number = number;
        }

        /// Notes, once, that the record does not wait for its input any more. Called on any thread.
        private void arrived(HeldOffsets held) {
            if (waits.compareAndSet(true, false)) {
                load.waiting.decrementAndGet();
                held.waits(-1);
            }
        }

        Position position() {
            return position;
        }

        AsyncWork.Pending<R> work() {
            return work;
        }

        StageProgress.Tracked progress() {
            return progress;
        }

        /// Returns the record to forward: the outcome with the original key, timestamp and headers.
        Record<@Nullable K, R> with(R outcome) {
            return new Record<>(key, outcome, timestamp, headers);
        }
    }

    /// What is in flight of one partition.
    private static final class Load {
        private final PartitionOffsets offsets;
        private final AtomicInteger waiting = new AtomicInteger();
        private int records;
        private long bytes;

        Load(PartitionOffsets offsets) {
            this.offsets = offsets;
        }

        /// Returns the number of records that do not wait for their input, which may take long.
        int working() {
            return records - waiting.get();
        }
    }

    /// What was read before a partition was paused may exceed its bytes by this factor.
    private static final long OVERFULL = 4;

    /// Bytes of a commit's metadata at which a partition is paused. Records that were read before fit into the rest.
    private static final int FULL_OFFSET_BYTES = CommitMetadata.MOST_OFFSET_BYTES / 4 * 3;

    /// Most bytes that one more record takes of the metadata.
    private static final int MOST_DISTANCE_BYTES = CommitMetadata.varintBytes(Long.MAX_VALUE);

    private final StageLimits limits;
    private final StageProgress all;
    private final HeldOffsets held;
    private final HeldMetrics metrics;

    /// Oldest first.
    private final LinkedHashSet<Entry<K, R>> entries = new LinkedHashSet<>();

    /// The records in flight of each key, oldest first.
    private final Map<Object, ArrayDeque<Entry<K, R>>> ofKey = new HashMap<>();

    /// Filled by any thread.
    private final LinkedBlockingQueue<Entry<K, R>> completed = new LinkedBlockingQueue<>();

    private final ArrayDeque<Entry<K, R>> inTurn = new ArrayDeque<>();
    private final Map<TopicPartition, Load> loads = new HashMap<>();
    private long numbers;
    private long newestCompleted = -1;

    /// When a record completed that was not the oldest, by the clock of the progress.
    private long overtakenNanos;

    /// @param all  the progress of all tasks of the stage in this JVM
    /// @param held of the task's thread
    InFlightWindow(StageLimits limits, StageProgress all, HeldOffsets held, HeldMetrics metrics) {
        this.limits = limits;
        this.all = all;
        this.held = held;
        this.metrics = metrics;
    }

    /// Skips a record that was read, if it is finished already.
    ///
    /// @return whether it is; otherwise [#add] follows
    boolean skip(Position position) {
        PartitionOffsets offsets = load(position).offsets;
        if (!offsets.isFinished(position.offset())) {
            return false;
        }
        offsets.skip(position.offset());
        metrics.skipped();
        return true;
    }

    private Load load(Position position) {
        return loads.compute(
                position.partition(),
                (partition, known) ->
                        known == null || known.offsets.isGivenUp() ? new Load(held.of(partition)) : known);
    }

    /// Adds a record in flight.
    ///
    /// @param weight bytes of its value
    void add(Record<K, ?> record, Position position, AsyncWork.Pending<R> work, long weight) {
        Load load = load(position);
        Entry<K, R> entry = new Entry<>(record, position, work, weight, all.track(work, weight), load, numbers++);
        entries.add(entry);
        load.offsets.begin(position.offset());
        held.entered();
        metrics.entered();
        load.records++;
        load.waiting.incrementAndGet();
        held.waits(1);
        load.bytes += weight;
        if (entry.key != null) {
            ofKey.computeIfAbsent(identity(entry.key), key -> new ArrayDeque<>())
                    .addLast(entry);
        }
        var _ = work.arrived().whenComplete((arrived, failure) -> entry.arrived(held));
        var _ = work.result().whenComplete((outcome, failure) -> completed.add(entry));
    }

    private static Object identity(Object key) {
        return key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : key;
    }

    /// Returns the next record to forward; null: none. It stays the next until it is removed.
    @Nullable
    Entry<K, R> next() {
        for (Entry<K, R> entry = completed.poll(); entry != null; entry = completed.poll()) {
            completed(entry);
        }
        return inTurn.peekFirst();
    }

    private void completed(Entry<K, R> entry) {
        if (entries.contains(entry)) { // not dropped
            if (entry != entries.getFirst()) {
                newestCompleted = Math.max(newestCompleted, entry.number);
                overtakenNanos = all.nanoTime();
            }
            offer(entry);
        }
    }

    private void offer(Entry<K, R> entry) {
        ArrayDeque<Entry<K, R>> queue = entry.key == null ? null : ofKey.get(identity(entry.key));
        if (!entry.inTurn && (queue == null || queue.peekFirst() == entry)) {
            entry.inTurn = true;
            inTurn.addLast(entry);
        }
    }

    /// Waits until a record is complete, for a time at most.
    void awaitCompleted(Duration time) throws InterruptedException {
        Entry<K, R> entry = completed.poll(time.toNanos(), TimeUnit.NANOSECONDS);
        if (entry != null) {
            completed(entry);
        }
    }

    /// Removes the [#next] record, after it was forwarded.
    void removeNext() {
        Entry<K, R> entry = inTurn.removeFirst();
        entry.load.offsets.finish(entry.position.offset());
        remove(entry);
        metrics.forwarded(entry.progress.age().toNanos());
        ArrayDeque<Entry<K, R>> queue = entry.key == null ? null : ofKey.get(identity(entry.key));
        Entry<K, R> follower = queue == null ? null : queue.peekFirst();
        if (follower != null && follower.work.result().isDone()) {
            offer(follower);
        }
    }

    private void remove(Entry<K, R> entry) {
        entries.remove(entry);
        held.left(1);
        metrics.left(1);
        entry.arrived(held);
        entry.load.records--;
        entry.load.bytes -= entry.weight;
        if (entry.key != null) {
            ofKey.computeIfPresent(identity(entry.key), (key, queue) -> {
                queue.remove(entry);
                return queue.isEmpty() ? null : queue;
            });
        }
    }

    /// Returns the oldest record; empty: no record is in flight.
    Optional<Entry<K, R>> oldest() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.getFirst());
    }

    /// Returns whether a record that was read later has completed since the oldest one was ready.
    boolean isOvertaken(Entry<K, R> oldest) {
        return newestCompleted > oldest.number && oldest.progress.wasReadyAt(overtakenNanos);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Returns the partitions that should not be read for now.
    Map<TopicPartition, WaitReason> full() {
        Map<TopicPartition, WaitReason> full = new HashMap<>();
        loads.forEach((partition, load) -> reason(partition, load).ifPresent(reason -> full.put(partition, reason)));
        return full;
    }

    private Optional<WaitReason> reason(TopicPartition partition, Load load) {
        if (load.offsets.isGivenUp()) {
            return Optional.empty();
        }
        if (all.bytes() >= limits.allBytes(partition.topic())
                || (load.bytes >= limits.windowBytes() && load.records > 0)) {
            return Optional.of(WaitReason.MEMORY);
        }
        if (load.offsets.distanceBytes() >= FULL_OFFSET_BYTES) {
            return Optional.of(WaitReason.METADATA);
        }
        return load.working() >= limits.windowRecords() ? Optional.of(WaitReason.WINDOW) : Optional.empty();
    }

    /// Returns whether not even records that were read before the pause may be added.
    boolean isOverfull() {
        return loads.values().stream()
                .anyMatch(load -> load.records > 0
                        && (load.bytes >= OVERFULL * limits.windowBytes()
                                || load.offsets.distanceBytes()
                                        >= CommitMetadata.MOST_OFFSET_BYTES - MOST_DISTANCE_BYTES));
    }

    /// Returns the topics that yield to the others.
    Set<String> yielding() {
        return limits.yielding();
    }

    /// Returns the partitions of the records that it has held so far.
    Set<TopicPartition> partitions() {
        return loads.keySet();
    }

    /// Drops the records in flight: cancels their work and lets their offsets stay unfinished.
    void drop() {
        dropOthers(List.of());
        completed.clear();
    }

    /// Drops the records of other partitions than these.
    void dropOthers(Collection<TopicPartition> kept) {
        for (Map.Entry<TopicPartition, Load> load : loads.entrySet()) {
            if (!kept.contains(load.getKey()) && !load.getValue().offsets.isGivenUp()) {
                load.getValue().offsets.giveUp();
                drop(load.getKey());
            }
        }
    }

    private void drop(TopicPartition partition) {
        List<Entry<K, R>> dropped = entries.stream()
                .filter(entry -> entry.position.partition().equals(partition))
                .toList();
        inTurn.removeAll(new HashSet<>(dropped));
        for (Entry<K, R> entry : dropped) {
            remove(entry);
            entry.work.result().cancel(true);
        }
        // those of other partitions that waited behind them
        entries.stream().filter(entry -> entry.work.result().isDone()).forEach(this::offer);
    }
}
