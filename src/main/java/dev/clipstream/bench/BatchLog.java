package dev.clipstream.bench;

import java.util.ArrayList;
import java.util.List;

/// The runs of the model that succeeded, and whether there was load when they began. Safe for use by many threads.
///
/// There is load when the broker has pictures for at least [#BATCHES_OF_LOAD] full batches that no run had yet. So
/// the first runs, for which there are no pictures yet, and the last, which get what is left, say nothing about
/// batching; a small run in between does, and counts.
final class BatchLog {
    /// As many as the windows of one partition hold by default.
    static final int BATCHES_OF_LOAD = 4;

    private record Run(int size, long backlog) {}

    private final List<Run> runs = new ArrayList<>();

    /// @param size    pictures of the run
    /// @param backlog pictures that waited as it began, its own included
    synchronized void ran(int size, long backlog) {
        runs.add(new Run(size, backlog));
    }

    /// Forgets all.
    synchronized void clear() {
        runs.clear();
    }

    /// What is noted since the last [#clear()].
    ///
    /// @param maxBatch most pictures of a run, at least 1
    synchronized Measurements.Batches read(int maxBatch) {
        List<Run> loaded = runs.stream()
                .filter(run -> run.backlog() >= (long) BATCHES_OF_LOAD * maxBatch)
                .toList();
        return new Measurements.Batches(maxBatch, runs.size(), pictures(runs), mean(runs), loaded.size(), mean(loaded));
    }

    private static int pictures(List<Run> runs) {
        return runs.stream().mapToInt(Run::size).sum();
    }

    private static double mean(List<Run> runs) {
        return runs.isEmpty() ? 0 : (double) pictures(runs) / runs.size();
    }
}
