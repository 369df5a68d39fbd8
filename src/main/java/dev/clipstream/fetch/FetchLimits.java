package dev.clipstream.fetch;

import java.time.Duration;

/// The limits of a fetch, whatever its source.
///
/// @param maxBytes     most bytes of one medium, 1 to [#MAX_BYTES]
/// @param timeout      for the whole fetch with its redirects, retries and pauses, however slowly bytes arrive; above
///                     0
/// @param maxAttempts  attempts including the first, at least 1; only failures that may be temporary are retried
/// @param firstBackoff longest pause before the second attempt; doubles with every further attempt. 0 or more
/// @param maxBackoff   longest pause, at least `firstBackoff`
public record FetchLimits(
        long maxBytes, Duration timeout, int maxAttempts, Duration firstBackoff, Duration maxBackoff) {

    /// The largest `maxBytes`: 1 GiB, because a medium is held in memory.
    public static final long MAX_BYTES = 1L << 30;

    /// 32 MiB within 20 s in 3 attempts.
    public static final FetchLimits DEFAULT =
            new FetchLimits(32L << 20, Duration.ofSeconds(20), 3, Duration.ofMillis(200), Duration.ofSeconds(2));

    /// @throws IllegalArgumentException if a limit is out of its range
    public FetchLimits {
        if (maxBytes < 1 || maxBytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "Expected embedding.max-bytes of 1 to " + MAX_BYTES + ", found " + maxBytes + ".");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("Expected fetch.timeout above 0, found " + timeout + ".");
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("Expected fetch.max-attempts of at least 1, found " + maxAttempts + ".");
        }
        if (firstBackoff.isNegative() || maxBackoff.compareTo(firstBackoff) < 0) {
            throw new IllegalArgumentException("Expected fetch.first-backoff of 0 or more and fetch.max-backoff of at"
                    + " least that, found " + firstBackoff + " and " + maxBackoff + ".");
        }
    }
}
