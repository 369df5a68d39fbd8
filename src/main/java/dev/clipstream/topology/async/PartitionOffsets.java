package dev.clipstream.topology.async;

import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Which offsets of a partition are in flight and which are finished, since its task started.
///
/// Begins with what the committed metadata says is finished; those records are read again and skipped. Every commit is
/// derived from this one state ([#at]), so its offset and its metadata are always of the same moment. Used by one
/// stream thread.
final class PartitionOffsets {
    /// With the number of records: after an offset was reset, a second record may have the offset of one in flight.
    private final NavigableMap<Long, Integer> inFlight = new TreeMap<>();

    /// Unfinished offsets of the committed metadata that were not read yet. All are above those that were read.
    private final NavigableSet<Long> expected = new TreeSet<>();

    private final FinishedOffsets committed;

    /// Offsets below it may be finished according to the committed metadata.
    private long skipsBelow;

    /// The offset after the last one that was read, or the committed one.
    private long next;

    /// The offset after the last finished one.
    private long end;

    /// The offset after the last one that was polled.
    private long polledNext;

    /// Where polling went back, as long as no record from there was read. Nothing from there on is finished, even if an
    /// earlier record of that offset is.
    private final ArrayDeque<Rewind> rewinds = new ArrayDeque<>();

    /// Bytes of the distances between the offsets in flight.
    private int distanceBytes;

    private int epoch;
    private boolean givenUp;

    /// @param to   the offset from which records were polled next
    /// @param from the offset after the last one that was polled before
    private record Rewind(long to, long from) {}

    /// @param committed null: nothing is known to be finished
    PartitionOffsets(@Nullable FinishedOffsets committed) {
        this.committed = committed == null ? FinishedOffsets.none(0) : committed;
        this.next = this.committed.committed();
        this.polledNext = this.next;
        this.skipsBelow = this.committed.end();
        this.end = this.committed.end();
        this.epoch = this.committed.epoch();
        for (long offset : this.committed.unfinished()) {
            expected.add(offset);
        }
    }

    /// Notes a record that the consumer returned, before any stage gets it. May leave out records between the first and
    /// the last one of a poll, as long as nothing is to be skipped.
    ///
    /// @param leaderEpoch -1: not known
    void polled(long offset, int leaderEpoch) {
        rewound(offset);
        polledNext = offset + 1;
        if (committed.epoch() >= 0 && leaderEpoch > committed.epoch() && offset < skipsBelow) {
            forgetFrom(offset); // a new leader lost the record and wrote another one
        }
        epoch = Math.max(epoch, leaderEpoch);
    }

    /// Notes that polling goes on at an offset, as after a reset.
    void rewound(long position) {
        if (position < polledNext) {
            rewinds.addLast(new Rewind(position, polledNext));
            polledNext = position;
        }
    }

    /// Returns whether records that were polled may be finished, so that [#polled] has to see each of them.
    boolean skips() {
        return next < skipsBelow;
    }

    /// Returns whether the next record that is read is finished already.
    boolean isFinished(long offset) {
        return offset >= next && offset < skipsBelow && committed.contains(offset);
    }

    /// Notes that a finished record was read.
    void skip(long offset) {
        read(offset);
    }

    /// Notes that a record was read and is in flight from now on.
    void begin(long offset) {
        read(offset);
        if (inFlight.merge(offset, 1, Integer::sum) == 1) {
            distanceBytes += change(offset);
        }
    }

    private void read(long offset) {
        // records that were polled before are read before
        if (offset < next || (!rewinds.isEmpty() && offset >= rewinds.getFirst().from())) {
            Rewind rewind = rewinds.pollFirst();
            forgetFrom(rewind == null ? offset : Math.min(offset, rewind.to()));
        }
        next = offset + 1;
        // what was expected below it does not exist any more
        expected.headSet(next).clear();
    }

    private void forgetFrom(long offset) {
        skipsBelow = Math.min(skipsBelow, offset);
        end = Math.min(end, offset);
        expected.tailSet(offset).clear();
    }

    /// Notes that the outcome of a record in flight was forwarded.
    void finish(long offset) {
        if (inFlight.merge(offset, -1, PartitionOffsets::sumOrNull) == null) {
            distanceBytes -= change(offset);
        }
        if (offset < next) {
            end = Math.max(end, offset + 1);
        }
    }

    private static @Nullable Integer sumOrNull(int count, int more) {
        return count + more == 0 ? null : count + more;
    }

    /// Returns by how much an offset in flight changes the bytes of the distances.
    private int change(long offset) {
        Long before = inFlight.lowerKey(offset);
        Long after = inFlight.higherKey(offset);
        int with = (before == null ? 0 : CommitMetadata.varintBytes(offset - before))
                + (after == null ? 0 : CommitMetadata.varintBytes(after - offset));
        int without = before == null || after == null ? 0 : CommitMetadata.varintBytes(after - before);
        return with - without;
    }

    /// Notes that the records in flight were dropped, so that they stay unfinished.
    void giveUp() {
        givenUp = true;
    }

    /// Returns whether the records in flight were dropped.
    boolean isGivenUp() {
        return givenUp;
    }

    /// Returns the bytes that a commit needs for the distances between the offsets in flight. They never grow when one
    /// of them is finished, so what fits once fits until another record is read.
    int distanceBytes() {
        return distanceBytes;
    }

    /// Returns the commit of this moment: the offset to commit, and what is finished above it.
    ///
    /// @param wanted the offset that Kafka Streams wants to commit: that of the next record to process
    FinishedOffsets at(long wanted) {
        long first = wanted;
        long end = this.end;
        if (!inFlight.isEmpty()) {
            first = Math.min(first, inFlight.firstKey());
        }
        for (Rewind rewind : rewinds) {
            first = Math.min(first, rewind.to());
            end = Math.min(end, rewind.to());
        }
        if (end <= first) {
            return FinishedOffsets.none(first);
        }
        long[] unfinished = LongStream.concat(
                        inFlight.subMap(first, end).keySet().stream().mapToLong(Long::longValue),
                        expected.subSet(first, end).stream().mapToLong(Long::longValue))
                .toArray();
        FinishedOffsets finished = new FinishedOffsets(first, end, unfinished, epoch);
        return finished.isEmpty() ? FinishedOffsets.none(first) : finished;
    }
}
