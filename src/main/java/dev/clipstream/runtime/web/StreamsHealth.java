package dev.clipstream.runtime.web;

import dev.clipstream.runtime.kafka.RunningTopology;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/// Reports whether every topology of this instance runs. An instance that rebalances is not ready, but not down either.
final class StreamsHealth implements HealthIndicator {
    private final List<RunningTopology> runners;

    StreamsHealth(List<RunningTopology> runners) {
        this.runners = List.copyOf(runners);
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        boolean down = false;
        for (RunningTopology runner : runners) {
            health.withDetail(runner.name().label(), runner.state());
            runner.problem()
                    .ifPresent(problem -> health.withDetail(runner.name().label() + "-problem", problem));
            if (!runner.isReady()) {
                down |= runner.isDown();
                health.status(down ? Status.DOWN : Status.OUT_OF_SERVICE);
            }
        }
        return health.build();
    }
}
