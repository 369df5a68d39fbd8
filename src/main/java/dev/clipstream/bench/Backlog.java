package dev.clipstream.bench;

import java.util.concurrent.atomic.AtomicLong;

/// Counts the images that are in the broker but not yet in a run of the model. Thread-safe.
final class Backlog {
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong run = new AtomicLong();

    /// Records an image that reached the broker.
    void acknowledged() {
        acknowledged.incrementAndGet();
    }

    /// Records the start of a run of `count` images.
    ///
    /// @return the backlog before the run; may be below `count`, because an acknowledgement may arrive late
    long take(int count) {
        return acknowledged.get() - run.getAndAdd(count);
    }

    /// Records that a run of `count` images failed and will be retried.
    void giveBack(int count) {
        run.addAndGet(-count);
    }
}
