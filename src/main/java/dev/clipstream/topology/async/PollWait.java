package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How long a poll waits while records are in flight, whose outcomes the stream thread has to forward. For use by one
/// stream thread.
final class PollWait {
    /// Short compared with a commit interval, so that outcomes are forwarded soon. Long compared with the cost of
    /// one iteration of the stream thread, which is 0.1 ms of processor time: 2 ms cost 4 % of two cores.
    static final Duration LONGEST = Duration.ofMillis(10);

    private static final Duration SHORTEST = HeldOffsetsStage.TICK;

    /// While so few records are being worked on, the processor has nothing better to do. Those that wait for a fetch do
    /// not count.
    private static final int FEW = 4;

    /// The part of the time since the newest record that a wait may add to it, so that a record that hangs does not
    /// keep its thread busy.
    private static final int PART = 50;

    private final LongSupplier nanos;
    private long entered;
    private long since;

    /// @param nanos a clock such as `System::nanoTime`
    PollWait(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// Returns the wait for the records that are in flight now, at most the timeout of the poll.
    Duration of(HeldOffsets held, Duration timeout) {
        if (held.entries() != entered) {
            entered = held.entries();
            since = nanos.getAsLong();
        }
        if (held.inFlight() == 0) {
            return timeout;
        }
        Duration wait = held.working() > FEW ? LONGEST : Duration.ofNanos((nanos.getAsLong() - since) / PART);
        return least(timeout, least(LONGEST, wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait));
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
