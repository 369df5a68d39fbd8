package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.Set;

/// Limits of the records in flight in an [AsyncStage].
///
/// @param windowRecords records of a partition that may be worked on at the same time, at least 4; then the partition
///                      is paused. Records that wait for their input do not count. Four batches of the device are a
///                      good value. About 1,900 is the most that a commit can name, so a larger one has no effect
/// @param windowBytes   bytes of the values in flight of a partition at which it is paused, at least 1
/// @param allBytes      bytes of the values in flight in all tasks of this JVM at which all their partitions are
///                      paused, at least 1
/// @param headTimeout   how long the work on the oldest record may run once it is ready, above 0. Then it is
///                      stuck, unless it only waits for its turn. The caller has to make it longer than the total
///                      time of a fetch; otherwise slow fetches look like a hanging network
/// @param yielding      topics whose partitions are paused at half of `allBytes` already, so that the values of others
///                      always have room
public record StageLimits(
        int windowRecords, long windowBytes, long allBytes, Duration headTimeout, Set<String> yielding) {

    /// Most records of a partition that Kafka Streams may buffer, and that a poll may return. Twice as many may enter
    /// the window after its partition was paused. A quarter of the metadata of a commit is left for them, which is two
    /// bytes for each: enough for logs with large gaps.
    public static final int MOST_READ_AHEAD = CommitMetadata.MOST_OFFSET_BYTES / 16;

    /// A quarter of the window is read at once, which must be at least one record.
    private static final int MIN_RECORDS = 4;

    /// Batches of the device in a window.
    private static final int BATCHES = 4;

    public StageLimits {
        yielding = Set.copyOf(yielding);
        if (windowRecords < MIN_RECORDS || windowBytes < 1 || allBytes < 1 || !headTimeout.isPositive()) {
            throw new IllegalArgumentException("Expected a window of at least 4 records and 1 byte, at least 1 byte for"
                    + " all windows and a head timeout above 0, found " + windowRecords + ", " + windowBytes + ", "
                    + allBytes + " and " + headTimeout);
        }
    }

    /// Creates limits with an eighth of the heap for all windows together.
    public StageLimits(int windowRecords, long windowBytes, Duration headTimeout) {
        this(windowRecords, windowBytes, Runtime.getRuntime().maxMemory() / 8, headTimeout, Set.of());
    }

    /// Returns these limits with topics that yield to the others.
    public StageLimits yielding(Set<String> topics) {
        return new StageLimits(windowRecords, windowBytes, allBytes, headTimeout, topics);
    }

    /// Returns the bytes in flight in all tasks of this JVM at which the partitions of a topic are paused.
    long allBytes(String topic) {
        return yielding.contains(topic) ? Math.max(1, allBytes / 2) : allBytes;
    }

    /// Returns limits that suit a batch of the device: four batches, 64 MiB, 60 s.
    ///
    /// @param maxBatch maximum records in a batch, at least 1
    public static StageLimits forBatch(int maxBatch) {
        return new StageLimits(BATCHES * maxBatch, 64L << 20, Duration.ofSeconds(60));
    }
}
