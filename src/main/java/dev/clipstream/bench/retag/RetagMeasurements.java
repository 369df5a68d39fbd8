package dev.clipstream.bench.retag;

import dev.clipstream.bench.Measurements;
import dev.clipstream.label.LabelSet;
import java.util.List;

/// The results of the benchmark of re-tagging. The component names are the JSON.
///
/// @param machine       of the run
/// @param media         vectors in the store
/// @param dimension     of the vectors
/// @param readPerSecond vectors per second that are merely read from the store
/// @param rows          one for each size and mode of a label set
public record RetagMeasurements(
        Measurements.Machine machine, int media, int dimension, double readPerSecond, List<Row> rows) {

    /// One label set. Rates are vectors per second of processor time of one thread, each the median of all turns.
    ///
    /// @param labels          number of labels
    /// @param mode            of the label set
    /// @param block           vectors in a block
    /// @param blockMillis     time of a block, from vectors to tags
    /// @param productPerSecond bare matrix product of the same shape: the machine's GEMM
    /// @param productGigaflops floating-point operations of the bare product per nanosecond
    /// @param scorePerSecond  from vectors in memory to tags
    /// @param endPerSecond    from the store to tags
    public record Row(
            int labels,
            LabelSet.Mode mode,
            int block,
            double blockMillis,
            double productPerSecond,
            double productGigaflops,
            double scorePerSecond,
            double endPerSecond) {

        /// Returns whether the product takes longer than reading.
        ///
        /// @param readPerSecond vectors that are read per second
        public boolean productBinds(double readPerSecond) {
            return productPerSecond < readPerSecond;
        }

        /// Returns the rate from the store to tags as a share of the slower of reading and product.
        ///
        /// @param readPerSecond vectors that are read per second
        public double ratio(double readPerSecond) {
            return endPerSecond / Math.min(productPerSecond, readPerSecond);
        }
    }
}
