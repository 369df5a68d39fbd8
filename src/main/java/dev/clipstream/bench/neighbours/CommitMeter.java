package dev.clipstream.bench.neighbours;

import dev.clipstream.bench.neighbours.NeighboursMeasurements.Commits;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Figure;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads what a pipeline reports about the metadata of its commits, over several runs. Used by one thread.
final class CommitMeter {
    private final MeterRegistry meters;
    private final int streamThreads;
    private final List<Double> shares = new ArrayList<>();
    private long commits;
    private double characters;
    private double most;

    private long commitsBefore;
    private double charactersBefore;
    private double encodingBefore;
    private long startNanos;

    /// @param streamThreads of the embedding topology
    CommitMeter(MeterRegistry meters, int streamThreads) {
        this.meters = meters;
        this.streamThreads = streamThreads;
    }

    /// Begins a run.
    void begin() {
        DistributionSummary sizes = sizes();
        commitsBefore = sizes == null ? 0 : sizes.count();
        charactersBefore = sizes == null ? 0 : sizes.totalAmount();
        encodingBefore = encodingSeconds();
        startNanos = System.nanoTime();
    }

    /// Ends the run.
    void end() {
        DistributionSummary sizes = sizes();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        shares.add((encodingSeconds() - encodingBefore) / (seconds * streamThreads));
        if (sizes != null) {
            commits += sizes.count() - commitsBefore;
            characters += sizes.totalAmount() - charactersBefore;
            most = Math.max(most, sizes.max());
        }
    }

    /// Returns the figures of all runs; null if the pipeline has not reported any.
    @Nullable
    Commits read() {
        return commits == 0 ? null : new Commits(commits, Figure.of(shares), characters / commits, most);
    }

    private @Nullable DistributionSummary sizes() {
        return meters.find("clipstream.offsets.metadata.characters")
                .tag("topology", "embedding")
                .summary();
    }

    private double encodingSeconds() {
        Timer timer = meters.find("clipstream.offsets.metadata")
                .tag("topology", "embedding")
                .timer();
        return timer == null ? 0 : timer.totalTime(TimeUnit.SECONDS);
    }
}
