package dev.clipstream.fetch.http;

import java.time.Duration;
import java.util.List;

/// The settings of [HttpSource].
///
/// @param connectTimeout  for one connection including its TLS handshake, above 0
/// @param readTimeout     longest silence of a server, above 0
/// @param poolTimeout     longest wait for a pooled connection, above 0; usually the timeout of the whole fetch
/// @param maxRedirects    most redirects to follow, 0 or more
/// @param allowedNetworks networks, such as `10.1.0.0/16` or `fd00::/8`, and single addresses that may be connected
///                        to although they are not public. Empty: public addresses only
public record HttpSettings(
        Duration connectTimeout,
        Duration readTimeout,
        Duration poolTimeout,
        int maxRedirects,
        List<String> allowedNetworks) {

    /// 3 s to connect, 5 s of silence, 20 s for a pooled connection, 3 redirects, public addresses only.
    public static final HttpSettings DEFAULT =
            new HttpSettings(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(20), 3, List.of());

    /// @throws IllegalArgumentException if a setting is out of its range
    public HttpSettings {
        allowedNetworks = List.copyOf(allowedNetworks);
        requirePositive("fetch.connect-timeout", connectTimeout);
        requirePositive("fetch.read-timeout", readTimeout);
        requirePositive("fetch.timeout", poolTimeout);
        if (maxRedirects < 0) {
            throw new IllegalArgumentException(
                    "Expected fetch.max-redirects of at least 0, found " + maxRedirects + ".");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("Expected " + name + " above 0, found " + value + ".");
        }
    }
}
