package dev.clipstream.bench.neighbours;

import dev.clipstream.bench.BenchStream.Load;
import dev.clipstream.bench.BenchStream.Medium;
import dev.clipstream.bench.BenchStream.Passage;
import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.PipelineUnderTest;
import dev.clipstream.bench.neighbours.NeighboursBenchmark.Extent;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.DeadLinks;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Measures the throughput of URIs without and with dead links among them, in pairs. Used by one thread.
final class AmongDeadLinks {
    private static final double LEAST_RATIO = 0.97;
    private static final int SOUND_HOSTS = 4;
    private static final int DEAD_HOSTS = 10;

    private final PipelineUnderTest test;
    private final Extent extent;
    private final List<byte[]> pictures;
    private final Consumer<String> talk;
    private final CommitMeter commits;

    /// @param pictures encoded images, used in turn
    AmongDeadLinks(
            PipelineUnderTest test, Extent extent, List<byte[]> pictures, CommitMeter commits, Consumer<String> talk) {
        this.test = test;
        this.extent = extent;
        this.pictures = pictures;
        this.commits = commits;
        this.talk = talk;
    }

    /// Runs all pairs.
    ///
    /// @throws BenchmarkException if a sound image does not yield tags
    DeadLinks run() throws BenchmarkException, InterruptedException {
        List<Double> ratios = new ArrayList<>();
        List<Double> soundRatios = new ArrayList<>();
        List<Passage> without = new ArrayList<>();
        List<Passage> with = new ArrayList<>();
        try (LoopbackHosts hosts = new LoopbackHosts()) {
            List<String> sound = new ArrayList<>();
            for (int i = 0; i < SOUND_HOSTS; i++) {
                sound.add(hosts.serving(pictures));
            }
            Load calm = Load.flood(extent.flood(), number -> sound(sound, number));
            test.stream().passed(calm);
            for (int round = 1; round <= extent.rounds(); round++) {
                Load disturbed = disturbed(sound, hosts);
                // which one is first alternates, too
                if (round % 2 == 1) {
                    without.add(test.stream().passed(calm));
                    with.add(measured(disturbed));
                } else {
                    with.add(measured(disturbed));
                    without.add(test.stream().passed(calm));
                }
                soundRatios.add(
                        with.getLast().taggedPerSecond() / without.getLast().taggedPerSecond());
                ratios.add(with.getLast().answersPerSecond() / without.getLast().answersPerSecond());
                talk.accept(String.format(
                        Locale.ROOT,
                        "dead links, pair %d of %d: %.0f images/s without, %.0f with, ratio %.3f, of events %.3f",
                        round,
                        extent.rounds(),
                        without.getLast().taggedPerSecond(),
                        with.getLast().taggedPerSecond(),
                        soundRatios.getLast(),
                        ratios.getLast()));
            }
        }
        return new DeadLinks(
                extent.flood(),
                extent.flood() / NeighboursBenchmark.DEAD_EVERY,
                Passage.taggedPerSecond(without),
                Passage.taggedPerSecond(with),
                Figure.of(ratios).atLeast(LEAST_RATIO),
                Figure.of(soundRatios),
                commits.read());
    }

    private Passage measured(Load load) throws BenchmarkException, InterruptedException {
        commits.begin();
        Passage passage = test.stream().passed(load);
        commits.end();
        return passage;
    }

    private Medium sound(List<String> hosts, int number) {
        return Medium.at(hosts.get(number % hosts.size()) + number % pictures.size(), true);
    }

    /// Returns a load with dead links on hosts that nothing is known about: half of them refuse connections, the others
    /// never answer.
    private Load disturbed(List<String> sound, LoopbackHosts hosts) throws BenchmarkException {
        List<String> dead = new ArrayList<>();
        for (int i = 0; i < DEAD_HOSTS; i++) {
            dead.add(i % 2 == 0 ? hosts.refusing() : hosts.silent());
        }
        return Load.flood(
                extent.flood(),
                number -> number % NeighboursBenchmark.DEAD_EVERY == NeighboursBenchmark.DEAD_EVERY - 1
                        ? Medium.at(dead.get(number / NeighboursBenchmark.DEAD_EVERY % DEAD_HOSTS) + number, false)
                        : sound(sound, number));
    }
}
