package dev.clipstream.runtime;

import java.util.List;
import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/// Whether every topology of this instance runs. Rebalancing is no fault, but not ready either.
final class StreamsHealth implements HealthIndicator {
    private final List<TopologyRunner> runners;

    StreamsHealth(List<TopologyRunner> runners) {
        this.runners = List.copyOf(runners);
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        boolean down = false;
        for (TopologyRunner runner : runners) {
            KafkaStreams.State state = runner.streams().state();
            health.withDetail(runner.name().label(), state.name());
            if (state != KafkaStreams.State.RUNNING) {
                down |= !state.isRunningOrRebalancing();
                health.status(down ? Status.DOWN : Status.OUT_OF_SERVICE);
            }
        }
        return health.build();
    }
}
