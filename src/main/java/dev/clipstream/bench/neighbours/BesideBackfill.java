package dev.clipstream.bench.neighbours;

import dev.clipstream.bench.BenchStream;
import dev.clipstream.bench.BenchStream.Load;
import dev.clipstream.bench.BenchStream.Passage;
import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.PipelineUnderTest;
import dev.clipstream.bench.neighbours.NeighboursBenchmark.Extent;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Backfill;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Figure;
import dev.clipstream.event.Topics;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Measures small images at a fixed rate while a back-fill has more events than the device can take. Used by one
/// thread.
final class BesideBackfill {
    /// A back-fill may delay a live image by one batch.
    private static final double MOST_BATCHES = 1;

    /// Live images are sent until the back-fill is done, or for this many times the length of a quiet run.
    private static final int LONGEST = 100;

    private final PipelineUnderTest test;
    private final Extent extent;
    private final List<byte[]> pictures;
    private final List<byte[]> backfilled;
    private final Consumer<String> talk;

    /// @param pictures   encoded images, used in turn
    /// @param backfilled encoded images of the back-fill, used in turn
    BesideBackfill(
            PipelineUnderTest test,
            Extent extent,
            List<byte[]> pictures,
            List<byte[]> backfilled,
            Consumer<String> talk) {
        this.test = test;
        this.extent = extent;
        this.pictures = pictures;
        this.backfilled = backfilled;
        this.talk = talk;
    }

    /// Runs all rounds.
    ///
    /// @throws BenchmarkException if an image does not yield tags
    Backfill run() throws BenchmarkException, InterruptedException {
        BenchStream stream = test.stream();
        Load backfill = new Load(Topics.DEFAULT.backfill(), extent.backfill(), 0, BenchStream.inline(backfilled));
        LiveRuns quiet = new LiveRuns();
        LiveRuns live = new LiveRuns();
        List<Double> batchMillis = new ArrayList<>();
        List<Passage> alone = new ArrayList<>();
        List<Passage> beside = new ArrayList<>();
        for (int round = 1; round <= extent.rounds(); round++) {
            talk.accept("back-fill, round " + round + " of " + extent.rounds());
            quiet.addQuiet(stream.passed(live(extent.live())), extent.eventsPerSecond(), talk);
            alone.add(stream.passed(backfill));
            Batches before = batches();
            Passage behind = stream.start(backfill);
            Passage ahead = stream.start(live(extent.live() * LONGEST));
            stream.await(behind);
            ahead.stop();
            stream.await(ahead);
            beside.add(behind);
            live.add(ahead);
            batchMillis.add(batches().meanMillisSince(before));
        }
        return new Backfill(
                extent.backfill(),
                Figure.of(batchMillis).median(),
                quiet.latency(),
                live.latency(),
                live.ratio(quiet, 50),
                live.ratio(quiet, 99),
                inBatches(live, quiet, 50, batchMillis),
                inBatches(live, quiet, 99, batchMillis).atMost(MOST_BATCHES),
                Passage.taggedPerSecond(alone),
                Passage.taggedPerSecond(beside));
    }

    private Load live(int count) {
        return Load.paced(count, extent.eventsPerSecond(), BenchStream.inline(pictures));
    }

    private static Figure inBatches(LiveRuns live, LiveRuns quiet, double percent, List<Double> batchMillis) {
        return live.byRound(round ->
                (live.vectorMillis(round, percent) - quiet.vectorMillis(round, percent)) / batchMillis.get(round));
    }

    /// The runs of the devices so far.
    private record Batches(long count, double millis) {
        double meanMillisSince(Batches before) {
            return (millis - before.millis) / (count - before.count);
        }
    }

    private Batches batches() {
        List<Timer> runs =
                List.copyOf(test.meters().find("clipstream.batch.run").timers());
        return new Batches(
                runs.stream().mapToLong(Timer::count).sum(),
                runs.stream()
                        .mapToDouble(timer -> timer.totalTime(TimeUnit.MILLISECONDS))
                        .sum());
    }
}
