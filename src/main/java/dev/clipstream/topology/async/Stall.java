package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Measures how long stream threads have taken no step although records wait, see [HeldOffsetsClientSupplier#stall].
///
/// Time counts only in the portions that [#passed] adds, so the caller decides which time does not count: a process
/// that was suspended, or unreachable brokers. Used by one thread.
public final class Stall {
    /// The longest time without a step.
    ///
    /// @param time  that counts
    /// @param doing what the thread does, as words
    public record Longest(Duration time, String doing) {}

    /// @param steps at the last portion of time
    /// @param time  without a step until then
    private record Seen(long steps, Duration time) {}

    private final Supplier<List<ThreadProgress>> threads;
    private Map<ThreadProgress, Seen> seen = new HashMap<>();

    /// @param threads returns those that live
    Stall(Supplier<List<ThreadProgress>> threads) {
        this.threads = threads;
    }

    /// Adds a portion of time.
    public void passed(Duration time) {
        Map<ThreadProgress, Seen> now = new HashMap<>();
        for (ThreadProgress thread : threads.get()) {
            long steps = thread.steps();
            Seen before = seen.get(thread);
            Duration stood = before == null || before.steps() != steps
                    ? Duration.ZERO
                    : before.time().plus(time);
            now.put(thread, new Seen(steps, stood));
        }
        seen = now;
    }

    /// Lets all time so far not count.
    public void reset() {
        seen.clear();
    }

    /// Returns the longest time that a thread has taken no step; empty: all threads take steps.
    public Optional<Longest> longest() {
        return seen.entrySet().stream()
                .filter(thread -> thread.getValue().time().isPositive())
                .max(Map.Entry.comparingByValue(Comparator.comparing(Seen::time)))
                .map(thread ->
                        new Longest(thread.getValue().time(), thread.getKey().doing()));
    }
}
