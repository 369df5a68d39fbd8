package dev.clipstream.runtime.web;

import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.MediaIndexes;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/// Reports whether the media index can be read and written. It is not part of readiness: an unavailable index delays
/// indexing and nothing else.
final class IndexHealthIndicator implements HealthIndicator {
    private final Optional<MediaIndexes> store;

    /// @param store not owned; empty: this instance has no index
    IndexHealthIndicator(Optional<MediaIndexes> store) {
        this.store = store;
    }

    @Override
    public Health health() {
        return store.map(IndexHealthIndicator::ask)
                .orElseGet(() -> Health.unknown()
                        .withDetail("reason", "this instance has no index")
                        .build());
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
