package dev.clipstream.bench;

import java.util.ArrayList;
import java.util.List;

/// Records the successful runs of the model and whether there was load when they began. Thread-safe.
///
/// There is load when the broker holds at least [#BATCHES_OF_LOAD] full batches that no run has taken yet. The first
/// runs, for which there are no images yet, and the last ones, which get the rest, therefore do not count as
/// evidence about batching; a small run in between does.
final class BatchLog {
    /// As many as the windows of one partition hold by default.
    static final int BATCHES_OF_LOAD = 4;

    private record Run(int size, long backlog) {}

    private final List<Run> runs = new ArrayList<>();

    /// Records a run.
    ///
    /// @param size    images in the run
    /// @param backlog images that waited when it began, including its own
    synchronized void ran(int size, long backlog) {
        runs.add(new Run(size, backlog));
    }

    /// Clears the log.
    synchronized void clear() {
        runs.clear();
    }

    /// Returns the runs since the last [#clear()].
    ///
    /// @param maxBatch maximum number of images per run, at least 1
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
