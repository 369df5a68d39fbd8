package dev.clipstream.fetch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a fetch may cost and where it may go.
///
/// @param maxBytes        most bytes of one medium, 1 to [#MOST_BYTES]
/// @param connectTimeout  for one connection, its TLS handshake included, above 0
/// @param readTimeout     longest silence of a server within one attempt, above 0
/// @param requestTimeout  for the whole fetch with its redirects, retries and pauses, however slowly
///                        bytes drip; above 0
/// @param maxAttempts     first try included, at least 1; only what may pass by itself is tried again
/// @param firstBackoff    longest pause before the second attempt; it doubles with every
///                        further one. 0 or more
/// @param maxBackoff      where the doubling ends, at least `firstBackoff`
/// @param maxRedirects    most redirects to follow, 0 or more
/// @param allowedRoots    folders below which `file:` may read. Empty: no file at all
/// @param allowedNetworks networks, such as `10.1.0.0/16` or `fd00::/8`, and single addresses that
///                        `http:` and `https:` may connect to although they are not public. Empty:
///                        public addresses alone
public record FetchSettings(
        long maxBytes,
        Duration connectTimeout,
        Duration readTimeout,
        Duration requestTimeout,
        int maxAttempts,
        Duration firstBackoff,
        Duration maxBackoff,
        int maxRedirects,
        List<Path> allowedRoots,
        List<String> allowedNetworks) {

    /// Largest `maxBytes`: 1 GiB, since a medium is held in memory.
    public static final long MOST_BYTES = 1L << 30;

    /// 32 MiB within 20 s in 3 attempts, 3 redirects, no files, public addresses alone.
    public static final FetchSettings DEFAULT = new FetchSettings(
            32L << 20,
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            3,
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            3,
            List.of(),
            List.of());

    /// @throws IllegalArgumentException if a limit is not as told above
    public FetchSettings {
        allowedRoots = List.copyOf(allowedRoots);
        allowedNetworks = List.copyOf(allowedNetworks);
        requireAtLeast("maxBytes", 1, maxBytes);
        if (maxBytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "A maxBytes of at most " + MOST_BYTES + " was expected, found " + maxBytes + ": correct it");
        }
        requireAtLeast("maxAttempts", 1, maxAttempts);
        requireAtLeast("maxRedirects", 0, maxRedirects);
        requireAbove("connectTimeout", Duration.ZERO, connectTimeout);
        requireAbove("readTimeout", Duration.ZERO, readTimeout);
        requireAbove("requestTimeout", Duration.ZERO, requestTimeout);
        if (firstBackoff.isNegative() || maxBackoff.compareTo(firstBackoff) < 0) {
            throw new IllegalArgumentException("A firstBackoff of 0 or more and a maxBackoff of at least that were"
                    + " expected, found " + firstBackoff + " and " + maxBackoff + ": correct them");
        }
    }

    /// The same limits for other folders.
    public FetchSettings withAllowedRoots(List<Path> roots) {
        return new FetchSettings(
                maxBytes,
                connectTimeout,
                readTimeout,
                requestTimeout,
                maxAttempts,
                firstBackoff,
                maxBackoff,
                maxRedirects,
                roots,
                allowedNetworks);
    }

    /// The same limits for other networks.
    public FetchSettings withAllowedNetworks(List<String> networks) {
        return new FetchSettings(
                maxBytes,
                connectTimeout,
                readTimeout,
                requestTimeout,
                maxAttempts,
                firstBackoff,
                maxBackoff,
                maxRedirects,
                allowedRoots,
                networks);
    }

    private static void requireAtLeast(String name, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "A " + name + " of at least " + least + " was expected, found " + value + ": correct it");
        }
    }

    private static void requireAbove(String name, Duration bound, Duration value) {
        if (value.compareTo(bound) <= 0) {
            throw new IllegalArgumentException(
                    "A " + name + " above " + bound + " was expected, found " + value + ": correct it");
        }
    }
}
