package dev.clipstream.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Whether the broker answers. An answer is good for a few seconds, so that probes do not become load.
final class BrokerHealth implements HealthIndicator {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Admin admin;
    private final Clock clock;
    private @Nullable Health last;
    private Instant lastAsked = Instant.MIN;

    BrokerHealth(Admin admin, Clock clock) {
        this.admin = admin;
        this.clock = clock;
    }

    @Override
    public synchronized Health health() {
        Instant now = clock.instant();
        if (last == null || lastAsked.plus(FRESH).isBefore(now)) {
            last = ask();
            lastAsked = now;
        }
        return last;
    }

    private Health ask() {
        try {
            int nodes = admin.describeCluster()
                    .nodes()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .size();
            return Health.up().withDetail("brokers", nodes).build();
        } catch (TimeoutException e) {
            return Health.down()
                    .withDetail("reason", "no broker answered within " + PATIENCE.toSeconds() + " s")
                    .build();
        } catch (ExecutionException e) {
            return Health.down(e.getCause() instanceof Exception cause ? cause : e)
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.unknown().build();
        }
    }
}
