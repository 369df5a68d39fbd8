package dev.clipstream.topology.async;

import java.time.Duration;

/// Limits of the records in flight in an [AsyncStage].
///
/// @param windowRecords records in flight in one task at which its partitions are paused, at least 4. Four batches
///                      of the device are a good value: with one, the head of one task starves the batches of the
///                      others
/// @param windowBytes   bytes of their values in one task at which its partitions are paused, at least 1
/// @param allBytes      bytes of the values in flight in all tasks of this JVM at which all their partitions are
///                      paused, at least 1
/// @param headTimeout   how long the work on the oldest record may run once it is ready, above 0. Then it is
///                      stuck, unless it only waits for its turn. The caller has to make it longer than the total
///                      time of a fetch; otherwise slow fetches look like a hanging network
public record StageLimits(int windowRecords, long windowBytes, long allBytes, Duration headTimeout) {

    /// A quarter of the window is read at once, which must be at least one record.
    private static final int MIN_RECORDS = 4;

    /// Batches of the device in a window.
    private static final int BATCHES = 4;

    public StageLimits {
        if (windowRecords < MIN_RECORDS || windowBytes < 1 || allBytes < 1 || !headTimeout.isPositive()) {
            throw new IllegalArgumentException("Expected a window of at least 4 records and 1 byte, at least 1 byte for"
                    + " all windows and a head timeout above 0, found " + windowRecords + ", " + windowBytes + ", "
                    + allBytes + " and " + headTimeout);
        }
    }

    /// Creates limits with an eighth of the heap for all windows together.
    public StageLimits(int windowRecords, long windowBytes, Duration headTimeout) {
        this(windowRecords, windowBytes, Runtime.getRuntime().maxMemory() / 8, headTimeout);
    }

    /// Returns limits that suit a batch of the device: four batches, 64 MiB, 60 s.
    ///
    /// @param maxBatch maximum records in a batch, at least 1
    public static StageLimits forBatch(int maxBatch) {
        return new StageLimits(BATCHES * maxBatch, 64L << 20, Duration.ofSeconds(60));
    }
}
