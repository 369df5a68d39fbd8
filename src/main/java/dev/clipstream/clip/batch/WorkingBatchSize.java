package dev.clipstream.clip.batch;

/// How many pictures a device is given at once: the maximum until its memory runs out, then less,
/// then cautiously more.
///
/// Safe for the device's batcher threads.
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

    /// Most pictures of the next batch, at least 1.
    synchronized int current() {
        return size;
    }

    /// A batch of this many did not fit: half of it is the most from now on, and growing takes twice
    /// as long as before.
    synchronized void ranOutOfMemoryAt(int batch) {
        if (size < max) {
            patience = Math.min(LAST_PATIENCE, patience * 2);
        }
        size = Math.max(1, Math.min(size, batch / 2));
        full = 0;
    }

    /// A batch of this many fitted; after many full ones in a row a quarter more is tried.
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
