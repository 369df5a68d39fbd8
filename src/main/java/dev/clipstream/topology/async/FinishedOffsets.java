package dev.clipstream.topology.async;

import java.util.Arrays;

/// The offsets of a partition, at and above a committed one, whose outcomes were written before that commit.
///
/// Named by what is left: each offset in `[committed, end)` is finished unless it is in `unfinished`. Offsets without a
/// record (compacted, of an aborted transaction) count as finished, since nobody reads them again. Immutable.
///
/// @param committed  the committed offset, at least 0
/// @param end        at least `committed`
/// @param unfinished ascending, in `[committed, end)`; not to be changed
/// @param epoch      highest leader epoch of the records that were read, -1: not known. A record of a later epoch took
///                   the place of a lost one and is not finished, whatever its offset is
@SuppressWarnings("ArrayRecordComponent") // thousands of offsets
record FinishedOffsets(long committed, long end, long[] unfinished, int epoch) {
    FinishedOffsets {
        if (committed < 0 || end < committed) {
            throw new IllegalArgumentException(
                    "Expected an end of at least the committed offset, found " + end + " and " + committed);
        }
        long least = committed;
        for (long offset : unfinished) {
            if (offset < least || offset >= end) {
                throw new IllegalArgumentException("Expected ascending offsets from " + committed + " to below " + end
                        + ", found " + Arrays.toString(unfinished));
            }
            least = offset + 1;
        }
    }

    /// Returns a commit above which nothing is finished.
    static FinishedOffsets none(long committed) {
        return new FinishedOffsets(committed, committed, new long[0], -1);
    }

    /// Returns whether no offset at or above the committed one is finished.
    boolean isEmpty() {
        return count() == 0;
    }

    /// Returns the number of finished offsets.
    long count() {
        return end - committed - unfinished.length;
    }

    /// Returns whether an offset is finished.
    boolean contains(long offset) {
        return offset >= committed && offset < end && Arrays.binarySearch(unfinished, offset) < 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FinishedOffsets that
                && committed == that.committed
                && end == that.end
                && epoch == that.epoch
                && Arrays.equals(unfinished, that.unfinished);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(committed) ^ Long.hashCode(end) ^ Arrays.hashCode(unfinished);
    }

    @Override
    public String toString() {
        return "[" + committed + ", " + end + ") without " + Arrays.toString(unfinished) + ", epoch " + epoch;
    }
}
