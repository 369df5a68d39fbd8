package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import java.util.Arrays;
import java.util.List;

/// Unit vectors of many texts, laid out so that one picture is held against all of them fast.
///
/// The matrix is transposed within blocks of labels: `dimension` rows of up to 256 values, so that the
/// inner loop runs over neighbouring labels, has no dependency from step to step, and is vectorised by
/// the JIT without reordering any sum. Sums are in double and in the vectors' own order: the cosines
/// equal [Embedding#cosine] to the last bit. Immutable.
final class LabelVectors {
    private static final int BLOCK = 256;

    private final int dimension;
    private final int count;
    private final float[] blocks;

    /// @param vectors   one a text
    /// @param dimension of each
    LabelVectors(List<Embedding> vectors, int dimension) {
        this.dimension = dimension;
        this.count = vectors.size();
        this.blocks = new float[Math.multiplyExact(count, dimension)];
        for (int start = 0; start < count; start += BLOCK) {
            int width = Math.min(BLOCK, count - start);
            for (int label = 0; label < width; label++) {
                float[] values = vectors.get(start + label).toArray();
                for (int d = 0; d < dimension; d++) {
                    blocks[start * dimension + d * width + label] = values[d];
                }
            }
        }
    }

    /// Cosines of a picture with every text, in the order of the texts.
    double[] cosines(Embedding picture) {
        float[] values = picture.toArray();
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

    private static void addRow(double[] sums, float[] row, int from, double value, int width) {
        for (int label = 0; label < width; label++) {
            sums[label] += value * row[from + label];
        }
    }
}
