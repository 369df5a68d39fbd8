package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import java.util.Arrays;
import java.util.List;

/// Unit vectors of many texts, in a layout that makes comparing an image with all of them fast.
///
/// The matrix is transposed within blocks of labels: `dimension` rows of up to 256 values. The inner loop runs
/// over neighbouring labels and has no dependency between iterations, so the JIT vectorises it without reordering
/// any sum. Sums are in double and in the order of the vectors' values, so the cosines equal [Embedding#cosine] to
/// the last bit. Immutable.
final class LabelVectors {
    private static final int BLOCK = 256;

    private final int dimension;
    private final int count;
    private final float[] blocks;
    private final double[] sum;

    /// @param vectors   one for each text
    /// @param dimension dimension of each vector
    LabelVectors(List<Embedding> vectors, int dimension) {
        this.dimension = dimension;
        this.count = vectors.size();
        this.blocks = new float[Math.multiplyExact(count, dimension)];
        this.sum = new double[dimension];
        for (int start = 0; start < count; start += BLOCK) {
            int width = Math.min(BLOCK, count - start);
            for (int label = 0; label < width; label++) {
                float[] values = vectors.get(start + label).toArray();
                for (int d = 0; d < dimension; d++) {
                    blocks[start * dimension + d * width + label] = values[d];
                    sum[d] += values[d];
                }
            }
        }
    }

    /// Returns the cosines of an image with all texts, in the order of the texts.
    double[] cosines(Embedding image) {
        float[] values = image.toArray();
        double[] cosines = new double[count];
        double[] sums = new double[Math.min(BLOCK, count)];
        for (int start = 0; start < count; start += BLOCK) {
            int width = Math.min(BLOCK, count - start);
            Arrays.fill(sums, 0, width, 0);
            for (int d = 0; d < dimension; d++) {
                addRow(sums, blocks, start * dimension + d * width, values[d], width);
            }
            for (int label = 0; label < width; label++) {
                cosines[start + label] = Math.clamp(sums[label], -1.0, 1.0);
            }
        }
        return cosines;
    }

    /// Returns the sum of the vectors. Not a copy; read only.
    double[] sum() {
        return sum;
    }

    private static void addRow(double[] sums, float[] row, int from, double value, int width) {
        for (int label = 0; label < width; label++) {
            sums[label] += value * row[from + label];
        }
    }
}
