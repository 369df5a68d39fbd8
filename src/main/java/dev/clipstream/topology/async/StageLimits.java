package dev.clipstream.topology.async;

import java.time.Duration;

/// How much of a task's input may be in flight in a [HeldOffsetsStage].
///
/// @param windowRecords records in flight in one task beyond which its partition is paused, at least 4. Four
///                      batches of the device: with one, the head of one task starves the batches of the others
/// @param windowBytes   bytes of their values in one task beyond which its partition is paused, at least 1
/// @param allBytes      bytes of the values whose work goes on in all tasks of this JVM beyond which none of their
///                      partitions is read, at least 1
/// @param headTimeout   how long the work of the oldest record may go on by itself before it is given up as stuck,
///                      above 0, if it does not only wait for others. Not enforced here, since this knows of no
///                      fetches: longer than a fetch may take in all, or slow fetches are taken for a hanging network
public record StageLimits(int windowRecords, long windowBytes, long allBytes, Duration headTimeout) {

    /// A quarter of the window is read at once, and that is at least one record.
    private static final int LEAST_RECORDS = 4;

    /// Windows in batches of the device.
    private static final int BATCHES = 4;

    public StageLimits {
        if (windowRecords < LEAST_RECORDS || windowBytes < 1 || allBytes < 1 || !headTimeout.isPositive()) {
            throw new IllegalArgumentException("A window of at least 4 records and 1 byte, 1 byte for all windows and a"
                    + " head time-out above 0 were expected, found " + windowRecords + ", " + windowBytes + ", "
                    + allBytes + " and " + headTimeout);
        }
    }

    /// These limits, and an eighth of the heap for all windows together.
    public StageLimits(int windowRecords, long windowBytes, Duration headTimeout) {
        this(windowRecords, windowBytes, Runtime.getRuntime().maxMemory() / 8, headTimeout);
    }

    /// What suits a device's batch: four batches, 64 MiB, 60 s.
    ///
    /// @param maxBatch most pictures in one run of the model, at least 1
    public static StageLimits forBatch(int maxBatch) {
        return new StageLimits(BATCHES * maxBatch, 64L << 20, Duration.ofSeconds(60));
    }
}
