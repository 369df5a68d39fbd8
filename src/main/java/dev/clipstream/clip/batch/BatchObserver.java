package dev.clipstream.clip.batch;

/// Receives every run of a device, for metrics.
///
/// Called on the device's batcher threads, several at a time. Implementations must be fast and must not throw.
@FunctionalInterface
public interface BatchObserver {
    /// Ignores everything.
    BatchObserver NONE = batch -> {};

    /// Called after a device ran a batch.
    void ran(Batch batch);

    /// One run of a device.
    ///
    /// @param device     like `cuda:0`
    /// @param size       images of the run, at least 1
    /// @param waitNanos  how long the oldest of them had waited since it was submitted
    /// @param runNanos   how long the run took
    /// @param queueDepth images that wait for this device now
    /// @param outcome    how it ended
    record Batch(String device, int size, long waitNanos, long runNanos, int queueDepth, Outcome outcome) {}

    /// How a run ended.
    enum Outcome {
        /// Each image has a vector.
        EMBEDDED,
        /// At least one image failed; the batch is split.
        FAILED,
        /// The batch did not fit in the device's memory; it is split.
        OUT_OF_MEMORY,
        /// The device is lost; the instance must stop.
        LOST
    }
}
