package dev.clipstream.bench;

import java.util.Arrays;

/// Percentiles of measured values by the nearest rank.
final class Percentiles {
    private final double[] sorted;

    /// @param values at least one
    Percentiles(double[] values) {
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    /// @param percent 0 to 100
    double at(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
    }
}
