package dev.clipstream.bench.neighbours;

import dev.clipstream.bench.BenchStream.Passage;
import dev.clipstream.bench.Percentiles;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Figure;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Latency;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The latencies of one kind of run, round by round. Used by one thread.
final class LiveRuns {
    /// Below this share of the events' rate, images queue up and latencies say nothing.
    private static final double LEAST_RATE = 0.7;

    private final List<double[]> vectors = new ArrayList<>();
    private final List<double[]> tags = new ArrayList<>();

    /// Adds the run of a round.
    void add(Passage passage) {
        vectors.add(passage.vectorMillis());
        tags.add(passage.tagMillis());
    }

    /// Adds the run of a round that nothing disturbed.
    ///
    /// @param eventsPerSecond the rate at which the images were sent
    /// @param talk            receives a warning if the pipeline did not keep up with it
    void addQuiet(Passage passage, double eventsPerSecond, Consumer<String> talk) {
        double found = passage.taggedPerSecond();
        if (found < LEAST_RATE * eventsPerSecond) {
            talk.accept(String.format(
                    Locale.ROOT,
                    "--rate: Expected a rate that the pipeline keeps up with, found %.1f events/s of which it embeds and"
                            + " tags %.1f, so images queue up. Lower the rate.",
                    eventsPerSecond,
                    found));
        }
        add(passage);
    }

    /// Returns the latencies of all rounds together.
    Latency latency() {
        Percentiles vector = all(vectors);
        Percentiles tag = all(tags);
        return new Latency(vector.at(50), vector.at(99), tag.at(50), tag.at(99));
    }

    private static Percentiles all(List<double[]> runs) {
        return new Percentiles(runs.stream().flatMapToDouble(Arrays::stream).toArray());
    }

    /// Returns a percentile of a round's vectors.
    double vectorMillis(int round, double percent) {
        return new Percentiles(vectors.get(round)).at(percent);
    }

    /// Returns the ratio of a percentile to that of quiet runs, of vectors and by round.
    Figure ratio(LiveRuns quiet, double percent) {
        return byRound(round -> vectorMillis(round, percent) / quiet.vectorMillis(round, percent));
    }

    /// Returns a figure of each round.
    Figure byRound(Function<Integer, Double> figure) {
        return Figure.of(IntStream.range(0, vectors.size()).boxed().map(figure).toList());
    }
}
