package dev.clipstream.bench.neighbours;

import dev.clipstream.bench.BenchStream;
import dev.clipstream.bench.BenchStream.Load;
import dev.clipstream.bench.BenchStream.Medium;
import dev.clipstream.bench.BenchStream.Passage;
import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.SyntheticImages;
import dev.clipstream.bench.neighbours.NeighboursBenchmark.Extent;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Beside;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Measures the latency of small images at a fixed rate: alone, and behind what makes a partition slow. Used by one
/// thread.
final class BehindStrangers {
    /// A quiet run's p99 may grow by this factor.
    private static final double MOST_P99 = 1.2;

    private static final int SILENT_HOSTS = 8;

    private final BenchStream stream;
    private final Set<Scenario> scenarios;
    private final Extent extent;
    private final List<byte[]> pictures;
    private final Consumer<String> talk;
    private final LiveRuns quiet = new LiveRuns();
    private final LiveRuns silent = new LiveRuns();
    private final LiveRuns giants = new LiveRuns();

    /// @param stream   reads vectors
    /// @param pictures encoded images, used in turn
    BehindStrangers(
            BenchStream stream, Set<Scenario> scenarios, Extent extent, List<byte[]> pictures, Consumer<String> talk) {
        this.stream = stream;
        this.scenarios = scenarios;
        this.extent = extent;
        this.pictures = pictures;
        this.talk = talk;
    }

    /// Runs all rounds.
    ///
    /// @throws BenchmarkException if a small image does not yield tags
    void run() throws BenchmarkException, InterruptedException {
        try (LoopbackHosts hosts = new LoopbackHosts()) {
            String large = scenarios.contains(Scenario.GIANTS) ? hosts.serving(large()) : "";
            stream.passed(live());
            for (int round = 1; round <= extent.rounds(); round++) {
                talk.accept("round " + round + " of " + extent.rounds() + ": quiet");
                quiet.addQuiet(stream.passed(live()), extent.eventsPerSecond(), talk);
                if (scenarios.contains(Scenario.SILENT)) {
                    talk.accept("round " + round + " of " + extent.rounds() + ": behind silent hosts");
                    behind(silentMedia(hosts), silent);
                }
                if (scenarios.contains(Scenario.GIANTS)) {
                    talk.accept("round " + round + " of " + extent.rounds() + ": behind large images");
                    behind(Load.flood(extent.giants(), number -> Medium.at(large + number % 2, false)), giants);
                }
            }
        }
    }

    /// Returns a photograph and a drawing.
    private List<byte[]> large() {
        talk.accept("making large images");
        return List.of(
                SyntheticImages.jpegs(1, extent.photograph(), extent.photograph())
                        .getFirst(),
                LargePng.of(extent.drawing(), extent.drawing()));
    }

    private Load silentMedia(LoopbackHosts hosts) throws BenchmarkException {
        List<String> uris = new ArrayList<>();
        for (int i = 0; i < SILENT_HOSTS; i++) {
            // new ones in each round, which nothing is known about
            uris.add(hosts.silent());
        }
        int partitions = stream.partitions();
        return Load.flood(
                extent.silentPerPartition() * partitions,
                number -> Medium.at(uris.get(number / partitions % SILENT_HOSTS) + number, false));
    }

    private Load live() {
        return Load.paced(extent.live(), extent.eventsPerSecond(), BenchStream.inline(pictures));
    }

    private void behind(Load strangers, LiveRuns runs) throws BenchmarkException, InterruptedException {
        Passage ahead = stream.start(strangers);
        ahead.awaitSent();
        runs.add(stream.passed(live()));
        stream.await(ahead);
    }

    Latency quiet() {
        return quiet.latency();
    }

    /// Returns the figures behind silent hosts; null if they were not measured.
    @Nullable
    Beside silent() {
        return scenarios.contains(Scenario.SILENT)
                ? new Beside(
                        extent.silentPerPartition() * stream.partitions(),
                        silent.latency(),
                        silent.ratio(quiet, 50),
                        silent.ratio(quiet, 99).atMost(MOST_P99))
                : null;
    }

    /// Returns the figures behind large images; null if they were not measured.
    @Nullable
    Beside giants() {
        return scenarios.contains(Scenario.GIANTS)
                ? new Beside(extent.giants(), giants.latency(), giants.ratio(quiet, 50), giants.ratio(quiet, 99))
                : null;
    }
}
