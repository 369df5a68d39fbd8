package dev.clipstream.index.redis;

import java.time.Duration;

/// Settings of a Redis for tests, with the defaults of the settings table.
public final class TestSettings {
    private TestSettings() {}

    /// Returns settings with keys below `media:`.
    public static RedisSettings at(String url) {
        return at(url, "media:");
    }

    /// Returns settings with keys below a prefix.
    public static RedisSettings at(String url, String prefix) {
        return new RedisSettings(
                url,
                null,
                null,
                prefix,
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                16,
                16,
                200,
                Duration.ofDays(7),
                true);
    }
}
