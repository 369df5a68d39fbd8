package dev.clipstream.clip.batch;

/// How images are gathered into batches.
///
/// @param maxBatch     the most images of a batch, at least 1; best are 4 to 16 on a CPU and 32 to 256 on a GPU
/// @param lingerMillis how long the oldest image waits for others that are to come; 0 if it does not wait
/// @param maxQueue     the most images of each urgency that wait for a device, at least `maxBatch`; a caller that
///                     submits more is blocked
public record BatchSettings(int maxBatch, long lingerMillis, int maxQueue) {

    /// Batches of 64, linger 5 ms, queue 256.
    public static final BatchSettings DEFAULT = new BatchSettings(64, 5, 256);

    public BatchSettings {
        if (maxBatch < 1 || lingerMillis < 0 || maxQueue < maxBatch) {
            throw new IllegalArgumentException(
                    "Expected a batch of at least 1, a linger of at least 0 ms and a queue of at least a batch,"
                            + " found " + maxBatch + ", " + lingerMillis + " ms and " + maxQueue);
        }
    }
}
