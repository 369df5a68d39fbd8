package dev.clipstream.fetch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/// How long to wait before an attempt: exponential with full jitter, so that many that failed do not come back
/// together; at least what the other side asked for.
///
/// @param first  longest pause before the second attempt
/// @param most   where the doubling ends
/// @param random source of the jitter; safe for use by many threads
public record Backoff(Duration first, Duration most, RandomGenerator random) {
    private static final int MOST_DOUBLINGS = 30;

    /// With jitter that threads do not wait for each other to draw.
    public Backoff(Duration first, Duration most) {
        this(first, most, () -> ThreadLocalRandom.current().nextLong());
    }

    /// The pause after so many failures that nothing was asked for.
    ///
    /// @param failures how many attempts failed, at least 1
    public Duration after(int failures) {
        return after(failures, Optional.empty());
    }

    /// @param failures   how many attempts failed, at least 1
    /// @param retryAfter what the other side asked for
    Duration after(int failures, Optional<Duration> retryAfter) {
        long bound = first.toMillis() << Math.min(failures - 1, MOST_DOUBLINGS);
        long longest = bound >> Math.min(failures - 1, MOST_DOUBLINGS) == first.toMillis()
                ? Math.min(bound, most.toMillis())
                : most.toMillis();
        Duration jittered = Duration.ofMillis(random.nextLong(longest + 1));
        return retryAfter.filter(asked -> asked.compareTo(jittered) > 0).orElse(jittered);
    }
}
