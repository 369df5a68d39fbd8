package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Distinguishes a record that is stuck from one that waits for its turn behind a slow device.
///
/// Age does not decide: with many partitions on a small machine, a good record may wait minutes behind the others
/// of the JVM. But those complete meanwhile, and its turn comes. So this class counts the work that completes,
/// over all tasks of a stage in this JVM, from the moment at which a record's own work is ready. Time before that
/// moment does not count: an image may wait long for a fetch from a slow server while images that need no fetch
/// overtake it.
///
/// Also counts the bytes in flight. Safe for use by many threads.
final class StageProgress {
    /// Work starts in order and mostly completes in order. A record that was overtaken by this many times the
    /// records in flight does not wait for its turn.
    private static final int OVERTAKEN_TIMES = 4;

    private final LongSupplier nanoTime;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long lastEndNanos;

    StageProgress() {
        this(System::nanoTime);
    }

    /// @param nanoTime a monotonic clock, in nanoseconds
    StageProgress(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastEndNanos = nanoTime.getAsLong();
    }

    /// The work on one record, from its start to its end.
    final class Tracked {
        private final long startNanos = nanoTime.getAsLong();
        private volatile @Nullable Snapshot readyAt;

        private Tracked() {}

        /// Returns the time since the work started.
        Duration age() {
            return since(startNanos);
        }

        /// Returns the time since the work was ready; 0: it is not ready yet.
        Duration working() {
            Snapshot ready = readyAt;
            return ready == null ? Duration.ZERO : since(ready.nanos());
        }

        /// Returns whether the work is ready. Until then it waits for something with its own time limits.
        boolean isReady() {
            return readyAt != null;
        }

        /// Returns whether the work was ready at a time of this progress's clock.
        boolean wasReadyAt(long nanos) {
            Snapshot ready = readyAt;
            return ready != null && nanos - ready.nanos() >= 0;
        }

        /// Returns whether so many others have completed since the work was ready that it should have completed,
        /// too.
        boolean overtaken() {
            Snapshot ready = readyAt;
            return ready != null
                    && ended.get() - ready.ended()
                            >= (long) OVERTAKEN_TIMES * Math.max(ready.inFlight(), inFlight.get());
        }

        /// Returns whether no work at all has completed for a time, counted from when this work was ready, or from
        /// its start if it is not.
        boolean isIdleFor(Duration time) {
            Snapshot ready = readyAt;
            long own = ready == null ? startNanos : ready.nanos();
            long since = Math.max(lastEndNanos - own, 0) + own;
            return nanoTime.getAsLong() - since >= time.toNanos();
        }

        private Duration since(long nanos) {
            return Duration.ofNanos(nanoTime.getAsLong() - nanos);
        }
    }

    /// The counts at the moment at which work was ready.
    ///
    /// @param nanos    time of this progress's clock
    /// @param ended    number of completed works
    /// @param inFlight number of works in flight, including this one
    private record Snapshot(long nanos, long ended, int inFlight) {}

    /// Tracks work from now until it completes, fails or is cancelled.
    ///
    /// @param weight bytes that it holds until then
    Tracked track(AsyncWork.Pending<?> work, long weight) {
        Tracked tracked = new Tracked();
        inFlight.incrementAndGet();
        bytes.addAndGet(weight);
        var _ = work.ready()
                .whenComplete((started, failure) ->
                        tracked.readyAt = new Snapshot(nanoTime.getAsLong(), ended.get(), inFlight.get()));
        var _ = work.result().whenComplete((outcome, failure) -> {
            inFlight.decrementAndGet();
            bytes.addAndGet(-weight);
            ended.incrementAndGet();
            lastEndNanos = nanoTime.getAsLong();
        });
        return tracked;
    }

    /// Returns the time, in nanoseconds.
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /// Returns the number of works in flight, over all tasks.
    int inFlight() {
        return inFlight.get();
    }

    /// Returns the bytes that they hold.
    long bytes() {
        return bytes.get();
    }
}
