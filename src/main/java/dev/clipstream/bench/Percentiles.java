package dev.clipstream.bench;

import java.util.Arrays;

/// Nearest-rank percentiles.
public final class Percentiles {
    private final double[] sorted;

    /// Creates percentiles of values.
    ///
    /// @param values at least one
    public Percentiles(double[] values) {
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    /// Returns a percentile.
    ///
    /// @param percent 0 to 100
    public double at(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
    }
}
