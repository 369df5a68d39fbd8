package dev.clipstream.clip.batch;

/// Is told of every run of a device, for metrics. Called on the device's batcher threads, several
/// at once: be short, throw nothing.
@FunctionalInterface
public interface BatchObserver {
    /// Looks away.
    BatchObserver NONE = batch -> {};

    /// A device ran.
    void ran(Batch batch);

    /// One run of a device.
    ///
    /// @param device     like `cuda:0`
    /// @param size       pictures of the run, at least 1
    /// @param waitNanos  how long the oldest of them had waited since it was submitted
    /// @param runNanos   how long the run took
    /// @param queueDepth pictures that wait for this device now
    /// @param outcome    how it ended
    record Batch(String device, int size, long waitNanos, long runNanos, int queueDepth, Outcome outcome) {}

    /// How a run ended.
    enum Outcome {
        /// A vector for each picture.
        EMBEDDED,
        /// At least one picture fails: the batch is split.
        FAILED,
        /// The device's memory did not suffice: the batch is split.
        OUT_OF_MEMORY,
        /// The device is lost.
        LOST
    }
}
