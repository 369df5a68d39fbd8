package dev.clipstream.topology;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What the held-offsets stage of a topology tells, over all tasks of a JVM. Safe for use by many threads.
final class HeldMetrics {
    private final Timer held;
    private final AtomicInteger inFlight;

    /// @param held     from reading a record to forwarding its outcome
    /// @param inFlight behind the gauge of records between the two
    HeldMetrics(Timer held, AtomicInteger inFlight) {
        this.held = held;
        this.inFlight = inFlight;
    }

    void entered() {
        inFlight.incrementAndGet();
    }

    void left(int count) {
        inFlight.addAndGet(-count);
    }

    void forwarded(long nanos) {
        held.record(nanos, TimeUnit.NANOSECONDS);
    }
}
