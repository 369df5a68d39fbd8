package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Tells a record that is stuck from one that waits its turn behind a slow device.
///
/// Age alone does not: with many partitions on a small machine a sound record may wait minutes behind the others of
/// the JVM. But those come back meanwhile, and sooner or later it is its turn. So what counts is what has come back
/// since its work went on by itself, over all tasks of a stage in this JVM: before, a picture may wait for its fetch
/// behind those of a slow server as long as it likes, while pictures that need no fetch go past. Counts the bytes in
/// flight, too. Safe for use by many threads.
final class StageProgress {
    /// Work is begun in order and mostly ends so: one that several times all that is in flight went past is not
    /// waiting.
    private static final int OVERTAKEN_TIMES = 4;

    private final LongSupplier nanoTime;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long lastEndNanos;

    StageProgress() {
        this(System::nanoTime);
    }

    /// @param nanoTime measures how long nothing comes back
    StageProgress(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastEndNanos = nanoTime.getAsLong();
    }

    /// A work, from its beginning to its end.
    final class Followed {
        private final long begunNanos = nanoTime.getAsLong();
        private volatile @Nullable Moment atHand;

        private Followed() {}

        /// How long ago the work began.
        Duration age() {
            return since(begunNanos);
        }

        /// How long the work has gone on by itself; 0 while it does not yet.
        Duration working() {
            Moment start = atHand;
            return start == null ? Duration.ZERO : since(start.nanos());
        }

        /// Whether the work still waits for something that has limits of its own.
        boolean isWaiting() {
            return atHand == null;
        }

        /// Whether so many others came back since the work went on by itself that it should have come back as well.
        boolean overtaken() {
            Moment start = atHand;
            return start != null
                    && ended.get() - start.ended()
                            >= (long) OVERTAKEN_TIMES * Math.max(start.inFlight(), inFlight.get());
        }

        /// Whether nothing at all has come back for a time, nor since the work began or went on by itself.
        boolean isQuiet(Duration time) {
            Moment start = atHand;
            long own = start == null ? begunNanos : start.nanos();
            long since = Math.max(lastEndNanos - own, 0) + own;
            return nanoTime.getAsLong() - since >= time.toNanos();
        }

        private Duration since(long nanos) {
            return Duration.ofNanos(nanoTime.getAsLong() - nanos);
        }
    }

    /// How things stood when a work went on by itself.
    ///
    /// @param nanos    by the clock of this progress
    /// @param ended    works that had ended
    /// @param inFlight works in flight, this one included
    private record Moment(long nanos, long ended, int inFlight) {}

    /// Follows a work from now to its end, however it ends.
    ///
    /// @param weight bytes that it holds until then
    Followed follow(AsyncWork.Pending<?> work, long weight) {
        Followed followed = new Followed();
        inFlight.incrementAndGet();
        bytes.addAndGet(weight);
        var _ = work.atHand()
                .whenComplete((begun, failure) ->
                        followed.atHand = new Moment(nanoTime.getAsLong(), ended.get(), inFlight.get()));
        var _ = work.result().whenComplete((outcome, failure) -> {
            inFlight.decrementAndGet();
            bytes.addAndGet(-weight);
            ended.incrementAndGet();
            lastEndNanos = nanoTime.getAsLong();
        });
        return followed;
    }

    /// Works begun and not ended, over all tasks.
    int inFlight() {
        return inFlight.get();
    }

    /// Bytes that they hold.
    long bytes() {
        return bytes.get();
    }
}
