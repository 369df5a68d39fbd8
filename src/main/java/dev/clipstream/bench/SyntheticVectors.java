package dev.clipstream.bench;

import dev.clipstream.clip.Embedding;
import java.util.Random;

/// Unit vectors made for measuring, the same for the same number: in clusters, as pictures of like things are, around
/// a direction that all share, as the vectors of CLIP are.
final class SyntheticVectors {
    private static final long SEED = 20260101;
    private static final int CLUSTERS = 1000;
    private static final float SHARED = 1.5f;
    private static final float OWN = 1.2f;

    private final int dimension;
    private final float[] shared;
    private final float[][] clusters = new float[CLUSTERS][];

    /// @param dimension values of a vector
    SyntheticVectors(int dimension) {
        this.dimension = dimension;
        this.shared = gaussian(SEED);
        for (int i = 0; i < CLUSTERS; i++) {
            clusters[i] = gaussian(SEED + 1 + i);
        }
    }

    /// The vector of a number.
    ///
    /// @param number from 0; numbers below 0 are vectors of the same kind that are no other's
    Embedding at(long number) {
        float[] cluster = clusters[Math.floorMod(number, CLUSTERS)];
        float[] vector = gaussian(SEED * 31 + number);
        for (int i = 0; i < dimension; i++) {
            vector[i] = SHARED * shared[i] + cluster[i] + OWN * vector[i];
        }
        return Embedding.normalize(vector);
    }

    private float[] gaussian(long seed) {
        Random random = new Random(seed);
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
