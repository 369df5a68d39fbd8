package dev.clipstream.topology;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Tells a record that is stuck from one that waits its turn behind a slow device.
///
/// Age alone does not: with many partitions on a small machine a sound record may wait minutes behind the others of
/// the JVM. But those come back meanwhile, and sooner or later it is its turn. So what counts is what has come back
/// since it began, over all tasks of a stage in this JVM. Safe for use by many threads.
final class StageProgress {
    /// Work is begun in order and mostly ends so: one that several times all that is in flight went past is not
    /// waiting.
    private static final int OVERTAKEN_TIMES = 4;

    private final LongSupplier nanoTime;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong ended = new AtomicLong();
    private volatile long lastEndNanos;

    StageProgress() {
        this(System::nanoTime);
    }

    /// @param nanoTime measures how long nothing comes back
    StageProgress(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastEndNanos = nanoTime.getAsLong();
    }

    /// How things stood when a work began.
    ///
    /// @param startedNanos by the clock of this progress
    /// @param ended        works that had ended
    /// @param inFlight     works in flight, this one included
    record Start(long startedNanos, long ended, int inFlight) {}

    /// Follows a work from now to its end, however it ends.
    Start follow(CompletableFuture<?> work) {
        Start start = new Start(nanoTime.getAsLong(), ended.get(), inFlight.incrementAndGet());
        var _ = work.whenComplete((outcome, failure) -> {
            inFlight.decrementAndGet();
            ended.incrementAndGet();
            lastEndNanos = nanoTime.getAsLong();
        });
        return start;
    }

    /// How long ago a work began.
    Duration age(Start start) {
        return Duration.ofNanos(nanoTime.getAsLong() - start.startedNanos());
    }

    /// Works begun and not ended, over all tasks.
    int inFlight() {
        return inFlight.get();
    }

    /// Whether so many others came back since a work began that it should have come back as well.
    boolean overtaken(Start start) {
        return ended.get() - start.ended() >= (long) OVERTAKEN_TIMES * Math.max(start.inFlight(), inFlight.get());
    }

    /// Whether nothing at all has come back for a time, nor since a work began.
    boolean isQuiet(Start start, Duration time) {
        long since = Math.max(lastEndNanos - start.startedNanos(), 0) + start.startedNanos();
        return nanoTime.getAsLong() - since >= time.toNanos();
    }
}
