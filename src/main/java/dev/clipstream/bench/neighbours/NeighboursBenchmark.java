package dev.clipstream.bench.neighbours;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.BrokerProcess;
import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.NoOpDevice;
import dev.clipstream.bench.PipelineUnderTest;
import dev.clipstream.bench.SyntheticImages;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Backfill;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Beside;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Commits;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.DeadLinks;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Latency;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Metadata;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.runtime.pipeline.Models;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Measures how much media slow each other down. Runs with neighbours alternate with quiet ones, so that a machine
/// with drifting speed favours neither. Broker (a process of its own), pipeline, servers, producer and consumer share
/// the machine.
public final class NeighboursBenchmark {
    /// The duration of a batch where a back-fill needs a device that can be busy.
    private static final Duration BATCH = Duration.ofMillis(50);

    private static final double MOST_ENCODING = 0.01;

    private static final int PICTURES = 64;
    private static final int SMALL_SIDE = 224;

    /// One event in this many is dead.
    static final int DEAD_EVERY = 10;

    private final Map<String, String> settings;
    private final boolean ownModel;
    private final Set<Scenario> scenarios;
    private final Extent extent;
    private final Consumer<String> talk;
    private final List<byte[]> pictures = SyntheticImages.jpegs(PICTURES, 640, 480);
    private final List<byte[]> small = SyntheticImages.jpegs(PICTURES, SMALL_SIDE, SMALL_SIDE);

    /// The extent of the benchmark.
    ///
    /// @param rounds             of each scenario, at least 1
    /// @param eventsPerSecond    rate of the images whose latency is measured, above 0
    /// @param seconds            length of a run whose latency is measured, at least 1
    /// @param silentPerPartition URIs without an answer ahead in each partition, at least 1
    /// @param giants             large images ahead, at least 2; half of them are photographs
    /// @param photograph         pixels of a photograph's side, at least 64: a square JPEG
    /// @param drawing            pixels of a drawing's side, at least 64: a square PNG
    /// @param flood              events of a run whose throughput is measured, at least 10
    /// @param backfill           events of a back-fill, at least 1
    public record Extent(
            int rounds,
            double eventsPerSecond,
            int seconds,
            int silentPerPartition,
            int giants,
            int photograph,
            int drawing,
            int flood,
            int backfill) {
        /// Enough to publish.
        public static final Extent FULL = new Extent(3, 50, 10, 100, 24, 4_900, 10_000, 10_000, 2_000);

        /// Enough to try it.
        public static final Extent QUICK = new Extent(1, 50, 4, 20, 6, 4_900, 10_000, 1_000, 400);

        public Extent {
            if (rounds < 1
                    || !(eventsPerSecond > 0)
                    || seconds < 1
                    || silentPerPartition < 1
                    || giants < 2
                    || Math.min(photograph, drawing) < 64
                    || flood < DEAD_EVERY
                    || backfill < 1) {
                throw new IllegalArgumentException(
                        "Expected at least 1 round, a rate above 0, at least 1 second, 1 silent URI, 2 large images of"
                                + " at least 64 pixels a side and " + DEAD_EVERY
                                + " events, and 1 of a back-fill, found " + rounds + ", "
                                + eventsPerSecond + ", " + seconds + ", " + silentPerPartition + ", " + giants + ", "
                                + photograph + ", " + drawing + ", " + flood + " and " + backfill);
            }
        }

        int live() {
            return (int) Math.ceil(seconds * eventsPerSecond);
        }
    }

    /// Creates a benchmark.
    ///
    /// @param settings  of the pipeline, full names and values. If they name a model, it runs; otherwise a no-op
    ///                  device takes the place of the bundled one
    /// @param scenarios to measure
    /// @param talk      receives progress messages
    public NeighboursBenchmark(
            Map<String, String> settings, Set<Scenario> scenarios, Extent extent, Consumer<String> talk) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.merge(
                "clipstream.fetch.allowed-networks", LoopbackHosts.NETWORK, (users, network) -> users + "," + network);
        this.settings = Map.copyOf(all);
        this.ownModel = !settings.getOrDefault("clipstream.model.path", "").isEmpty();
        this.scenarios = Set.copyOf(scenarios);
        this.extent = extent;
        this.talk = talk;
    }

    /// Runs the scenarios; takes minutes.
    ///
    /// @throws StartException     if the pipeline does not start
    /// @throws BenchmarkException if a sound image does not yield tags
    public NeighboursMeasurements run() throws StartException, BenchmarkException, InterruptedException {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        String id;
        String device;
        int dimension;
        try (ClipModel model = Models.open(Settings.of(settings))) {
            id = model.identity().id();
            dimension = model.identity().dimension();
            device = model.imageSessions().getFirst().device();
        }
        NoOpDevice noOp = new NoOpDevice(dimension, Duration.ZERO);
        int largest =
                pictures.stream().mapToInt(picture -> picture.length).max().orElse(0);
        try (BrokerProcess broker = BrokerProcess.start(largest)) {
            Latency quiet = null;
            Beside silent = null;
            Beside giants = null;
            if (scenarios.contains(Scenario.SILENT) || scenarios.contains(Scenario.GIANTS)) {
                try (PipelineUnderTest test = start(broker, noOp)) {
                    BehindStrangers behind = new BehindStrangers(test.stream(), scenarios, extent, pictures, talk);
                    behind.run();
                    quiet = behind.quiet();
                    silent = behind.silent();
                    giants = behind.giants();
                }
            }
            DeadLinks deadLinks = null;
            if (scenarios.contains(Scenario.LINKS)) {
                try (PipelineUnderTest test = start(broker, noOp)) {
                    deadLinks = new AmongDeadLinks(test, extent, small, commits(test), talk).run();
                }
            }
            Backfill backfill = null;
            if (scenarios.contains(Scenario.BACKFILL)) {
                NoOpDevice limited = new NoOpDevice(dimension, BATCH);
                try (PipelineUnderTest test = start(broker, limited)) {
                    backfill = new BesideBackfill(test, extent, pictures, small, talk).run();
                }
            }
            Metadata metadata = null;
            if (scenarios.contains(Scenario.METADATA)) {
                try (PipelineUnderTest test = start(broker, noOp)) {
                    metadata = metadata(test);
                }
            }
            return new NeighboursMeasurements(
                    Measurements.Machine.here(),
                    load,
                    id,
                    ownModel ? device : noOp.device(),
                    extent.rounds(),
                    extent.eventsPerSecond(),
                    quiet,
                    silent,
                    giants,
                    deadLinks,
                    backfill,
                    metadata);
        }
    }

    /// Starts a pipeline, and warms it up.
    private PipelineUnderTest start(BrokerProcess broker, NoOpDevice noOp)
            throws StartException, BenchmarkException, InterruptedException {
        PipelineUnderTest test = PipelineUnderTest.start(settings, broker, device -> ownModel ? device : noOp);
        boolean ready = false;
        try {
            test.stream().readVectors();
            test.stream().flood(small, extent.flood());
            ready = true;
            return test;
        } finally {
            if (!ready) {
                test.close();
            }
        }
    }

    private CommitMeter commits(PipelineUnderTest test) {
        return new CommitMeter(test.meters(), Settings.of(settings).embedding().streamThreads());
    }

    private Metadata metadata(PipelineUnderTest test) throws BenchmarkException, InterruptedException {
        CommitMeter commits = commits(test);
        double seconds = 0;
        for (int round = 1; round <= extent.rounds(); round++) {
            talk.accept("metadata of commits, round " + round + " of " + extent.rounds());
            commits.begin();
            seconds += test.stream().flood(small, extent.flood());
            commits.end();
        }
        Commits found = commits.read();
        return new Metadata(
                extent.flood(),
                extent.flood() * extent.rounds() / seconds,
                found == null ? null : found.withTarget(MOST_ENCODING));
    }
}
