package dev.clipstream.fetch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/// The pause before a retry: exponential with full jitter, so that clients that failed together do not return together.
/// Never shorter than the pause that the server requested.
///
/// @param first  longest pause before the second attempt
/// @param most   longest pause before any attempt
/// @param random the source of the jitter; safe for use by many threads
public record Backoff(Duration first, Duration most, RandomGenerator random) {
    private static final int MAX_DOUBLINGS = 30;

    /// Creates a back-off whose jitter needs no lock.
    public Backoff(Duration first, Duration most) {
        this(first, most, () -> ThreadLocalRandom.current().nextLong());
    }

    /// Returns the pause after a number of failures, without a request from the server.
    ///
    /// @param failures number of failed attempts, at least 1
    public Duration after(int failures) {
        return after(failures, Optional.empty());
    }

    /// Returns the pause after a number of failures.
    ///
    /// @param failures   number of failed attempts, at least 1
    /// @param retryAfter the pause that the server requested
    Duration after(int failures, Optional<Duration> retryAfter) {
        long bound = first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
        long longest = bound >> Math.min(failures - 1, MAX_DOUBLINGS) == first.toMillis()
                ? Math.min(bound, most.toMillis())
                : most.toMillis();
        Duration jittered = Duration.ofMillis(random.nextLong(longest + 1));
        return retryAfter.filter(requested -> requested.compareTo(jittered) > 0).orElse(jittered);
    }
}
