package dev.clipstream.runtime;

import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.MediaIndexes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/// Whether the media index can be read and written. No part of readiness: an index that is away delays indexing, and
/// nothing else. An answer is good for a few seconds, so that probes do not become load.
final class IndexHealthIndicator implements HealthIndicator {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Optional<MediaIndexes> store;
    private final Clock clock;
    private @Nullable Health last;
    private Instant lastAsked = Instant.MIN;

    IndexHealthIndicator(Optional<MediaIndexes> store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public synchronized Health health() {
        Instant now = clock.instant();
        if (last == null || lastAsked.plus(FRESH).isBefore(now)) {
            last = store.map(IndexHealthIndicator::ask)
                    .orElseGet(() -> Health.unknown()
                            .withDetail("reason", "this instance has no index")
                            .build());
            lastAsked = now;
        }
        return last;
    }

    private static Health ask(MediaIndexes store) {
        IndexHealth found = store.health();
        Status status = switch (found.state()) {
            case UP -> Status.UP;
            case READ_ONLY -> Status.OUT_OF_SERVICE;
            case DOWN -> Status.DOWN;
        };
        return Health.status(status)
                .withDetail("kind", store.kind())
                .withDetail("message", found.message())
                .build();
    }
}
