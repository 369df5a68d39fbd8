package dev.clipstream.topology.async;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What the asynchronous stages of a topology report, over all tasks of a JVM. Safe for use by many threads.
final class HeldMetrics {
    private final Timer held;
    private final Counter skipped;
    private final AtomicInteger inFlight;

    HeldMetrics(StageMetrics metrics) {
        this.held = metrics.timer("held");
        this.skipped = metrics.counter(
                "clipstream.records.skipped", "Records whose outcome was written before the task started");
        this.inFlight = metrics.inFlight();
    }

    void entered() {
        inFlight.incrementAndGet();
    }

    void left(int count) {
        inFlight.addAndGet(-count);
    }

    /// Counts a record that is read again although it is finished.
    void skipped() {
        skipped.increment();
    }

    /// @param nanos from reading a record to forwarding its outcome
    void forwarded(long nanos) {
        held.record(nanos, TimeUnit.NANOSECONDS);
    }
}
