package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.batch.BatchObserver;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Records metrics of the batches that devices run.
///
/// | Meter | Kind | Value |
/// |---|---|---|
/// | `clipstream.batch.size` (device, outcome) | summary | images in a run |
/// | `clipstream.batch.wait` (device) | timer | how long the oldest image waited for its run |
/// | `clipstream.batch.run` (device) | timer | duration of a run |
final class BatchMetrics implements BatchObserver {
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private static final Duration[] TIMES = Stream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry meters;

    BatchMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void ran(Batch batch) {
        Tags device = Tags.of("device", batch.device());
        DistributionSummary.builder("clipstream.batch.size")
                .description("Images in a run of the model")
                .tags(device.and("outcome", batch.outcome().name()))
                .serviceLevelObjectives(SIZES)
                .register(meters)
                .record(batch.size());
        Timer.builder("clipstream.batch.wait")
                .description("How long the oldest image of a run waited for it")
                .tags(device)
                .serviceLevelObjectives(TIMES)
                .register(meters)
                .record(batch.waitNanos(), TimeUnit.NANOSECONDS);
        Timer.builder("clipstream.batch.run")
                .description("Duration of a run of the model")
                .tags(device)
                .serviceLevelObjectives(TIMES)
                .register(meters)
                .record(batch.runNanos(), TimeUnit.NANOSECONDS);
    }
}
