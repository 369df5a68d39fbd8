package dev.clipstream.runtime.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Keeps the answer of another indicator for a few seconds, so that probes put no load on what they check.
///
/// Safe for use by many threads; at most one asks the other indicator at a time.
final class RecentHealth implements HealthIndicator {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final HealthIndicator source;
    private final Clock clock;
    private @Nullable Health last;
    private Instant lastAsked = Instant.MIN;

    RecentHealth(HealthIndicator source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public synchronized @Nullable Health health() {
        Instant now = clock.instant();
        @Nullable Health known = last;
        if (known == null || lastAsked.plus(FRESH).isBefore(now)) {
            known = source.health();
            last = known;
            lastAsked = now;
        }
        return known;
    }
}
