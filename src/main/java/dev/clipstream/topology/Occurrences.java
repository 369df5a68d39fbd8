package dev.clipstream.topology;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Counts what happens to records and should not, and logs it at most once a minute, so that a flood of bad records is
/// not a flood of log lines. Safe for use by many threads.
public final class Occurrences {
    private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Counter counter;
    private final System.Logger log;
    private final System.Logger.Level level;
    private final LongSupplier nanoTime;
    private final AtomicLong untold = new AtomicLong();
    private final AtomicLong nextNanos;

    /// @param counter counts all of them
    /// @param log     gets a line about the first in a minute, which says how many others there were since the last
    public Occurrences(Counter counter, System.Logger log, System.Logger.Level level) {
        this(counter, log, level, System::nanoTime);
    }

    /// @param nanoTime a monotonic clock, in nanoseconds
    Occurrences(Counter counter, System.Logger log, System.Logger.Level level, LongSupplier nanoTime) {
        this.counter = counter;
        this.log = log;
        this.level = level;
        this.nanoTime = nanoTime;
        this.nextNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /// Counts one, and logs it if it is the first in a minute.
    public void note(Supplier<String> message) {
        counter.increment();
        long now = nanoTime.getAsLong();
        long next = nextNanos.get();
        if (now - next < 0 || !nextNanos.compareAndSet(next, now + EVERY_NANOS)) {
            untold.incrementAndGet();
            return;
        }
        long others = untold.getAndSet(0);
        log.log(level, message.get() + (others == 0 ? "" : ". " + others + " more since the last line like this"));
    }
}
