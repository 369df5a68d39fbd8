package dev.clipstream.topology;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Counts what happens to records and should not, and logs it a few times a minute at most, so that a flood of bad
/// records is not a flood of log lines. Safe for use by many threads.
public final class Occurrences {
    private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Counter counter;
    private final System.Logger log;
    private final System.Logger.Level level;
    private final LongSupplier nanoTime;
    private final long lineNanos;
    private final AtomicLong untold = new AtomicLong();

    /// Each line moves it ahead of now by its share of a minute. A whole minute ahead, the lines are used up.
    private final AtomicLong freeNanos;

    /// Creates occurrences that are logged once a minute.
    ///
    /// @param counter counts all of them
    /// @param log     gets a line about the first in a minute, which says how many others there were since the last
    public Occurrences(Counter counter, System.Logger log, System.Logger.Level level) {
        this(counter, log, level, 1);
    }

    /// @param lines a minute at most, at least 1
    public Occurrences(Counter counter, System.Logger log, System.Logger.Level level, int lines) {
        this(counter, log, level, lines, System::nanoTime);
    }

    /// @param nanoTime a monotonic clock, in nanoseconds
    Occurrences(Counter counter, System.Logger log, System.Logger.Level level, int lines, LongSupplier nanoTime) {
        this.counter = counter;
        this.log = log;
        this.level = level;
        this.nanoTime = nanoTime;
        this.lineNanos = EVERY_NANOS / lines;
        this.freeNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /// Counts one, and logs it unless the lines of this minute are used up.
    public void note(Supplier<String> message) {
        counter.increment();
        long now = nanoTime.getAsLong();
        long free = freeNanos.get();
        long used = Math.max(free - now, 0) + lineNanos;
        if (used > EVERY_NANOS || !freeNanos.compareAndSet(free, now + used)) {
            untold.incrementAndGet();
            return;
        }
        long others = untold.getAndSet(0);
        log.log(level, message.get() + (others == 0 ? "" : ". " + others + " more since the last line like this"));
    }
}
