package dev.clipstream.bench;

import java.util.concurrent.atomic.AtomicLong;

/// How many pictures the broker has that no run of the model has had yet. Safe for use by many threads.
final class Backlog {
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong run = new AtomicLong();

    /// The broker has one more.
    void acknowledged() {
        acknowledged.incrementAndGet();
    }

    /// The model begins with `count` of them.
    ///
    /// @return how many there were until now; may be below `count`, since an acknowledgement may be late
    long take(int count) {
        return acknowledged.get() - run.getAndAdd(count);
    }

    /// `count` that were begun did not succeed, and will be begun again.
    void giveBack(int count) {
        run.addAndGet(-count);
    }
}
