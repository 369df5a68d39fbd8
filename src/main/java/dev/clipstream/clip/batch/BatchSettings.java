package dev.clipstream.clip.batch;

/// How pictures are gathered into batches.
///
/// @param maxBatch     most pictures of a batch, at least 1; on a CPU 4 to 16 is best,
///                     on a GPU 32 to 256
/// @param lingerMillis how long the oldest waiting picture waits for company, 0: not at all
/// @param maxQueue     most pictures that wait for a device, at least `maxBatch`; a caller
///                     that brings more waits
public record BatchSettings(int maxBatch, long lingerMillis, int maxQueue) {

    /// 64 pictures, 5 ms, 256 waiting.
    public static final BatchSettings DEFAULT = new BatchSettings(64, 5, 256);

    public BatchSettings {
        if (maxBatch < 1 || lingerMillis < 0 || maxQueue < maxBatch) {
            throw new IllegalArgumentException(
                    "A batch of at least 1, a linger of at least 0 ms and a queue of at least a batch were expected,"
                            + " found " + maxBatch + ", " + lingerMillis + " ms and " + maxQueue);
        }
    }
}
