package dev.clipstream.bench;

import dev.clipstream.clip.Embedding;
import java.util.Random;

/// Synthetic unit vectors for the benchmark, deterministic by number: in clusters, like images of similar objects,
/// around a common direction, like CLIP's embeddings.
public final class SyntheticVectors {
    private static final long SEED = 20260101;
    private static final int CLUSTERS = 1000;
    private static final float SHARED = 1.5f;
    private static final float OWN = 1.2f;

    private final int dimension;
    private final float[] shared;
    private final float[][] clusters = new float[CLUSTERS][];

    /// Creates vectors.
    ///
    /// @param dimension of the vectors
    public SyntheticVectors(int dimension) {
        this.dimension = dimension;
        this.shared = gaussian(SEED);
        for (int i = 0; i < CLUSTERS; i++) {
            clusters[i] = gaussian(SEED + 1 + i);
        }
    }

    /// Returns a vector.
    ///
    /// @param number from 0; negative numbers are vectors of the same kind for queries
    public Embedding at(long number) {
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
