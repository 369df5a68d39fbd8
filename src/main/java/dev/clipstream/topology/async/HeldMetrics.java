package dev.clipstream.topology.async;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What the asynchronous stages of a topology report, over all tasks of a JVM. Safe for use by many threads.
final class HeldMetrics {
    private final Timer held;
    private final AtomicInteger inFlight;

    HeldMetrics(StageMetrics metrics) {
        this.held = metrics.timer("held");
        this.inFlight = metrics.inFlight();
    }

    void entered() {
        inFlight.incrementAndGet();
    }

    void left(int count) {
        inFlight.addAndGet(-count);
    }

    /// @param nanos from reading a record to forwarding its outcome
    void forwarded(long nanos) {
        held.record(nanos, TimeUnit.NANOSECONDS);
    }
}
