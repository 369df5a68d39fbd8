package dev.clipstream.clip.batch;

/// How many images a device gets in a batch: the maximum until its memory runs out, then fewer, then cautiously more.
///
/// Safe for use by the device's batcher threads.
final class WorkingBatchSize {
    private static final int FIRST_PATIENCE = 64;
    private static final int LAST_PATIENCE = 1 << 16;

    private final int max;
    private int size;
    private int full;
    private int patience = FIRST_PATIENCE;

    WorkingBatchSize(int max) {
        this.max = max;
        this.size = max;
    }

    /// Returns the most images of the next batch, at least 1.
    synchronized int current() {
        return size;
    }

    /// Records that a batch did not fit: half of it is the limit from now on, and growing takes twice as long as
    /// before.
    synchronized void ranOutOfMemoryAt(int batch) {
        if (size < max) {
            patience = Math.min(LAST_PATIENCE, patience * 2);
        }
        size = Math.max(1, Math.min(size, batch / 2));
        full = 0;
    }

    /// Records that a batch fitted. After many full ones in a row the limit grows by a quarter.
    synchronized void fitted(int batch) {
        if (size == max || batch < size) {
            return;
        }
        full++;
        if (full >= patience) {
            size = Math.min(max, size + Math.max(1, size / 4));
            full = 0;
        }
    }
}
