package dev.clipstream.tag.fewshot;

import dev.clipstream.clip.Embedding;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sum of vectors in double. A sum of no vectors, or of vectors that cancel out, has no direction.
final class Sum {
    /// Sums of unit vectors below this length are rounding errors.
    private static final double NO_LENGTH = 1e-6;

    private final double[] values;

    private Sum(double[] values) {
        this.values = values;
    }

    static Sum zero(int dimension) {
        return new Sum(new double[dimension]);
    }

    static Sum of(Iterable<Embedding> vectors, int dimension) {
        Sum sum = zero(dimension);
        for (Embedding vector : vectors) {
            sum.add(vector.toArray(), 1);
        }
        return sum;
    }

    /// Returns the mean of vectors, which is not of unit length.
    static double[] mean(List<Embedding> vectors) {
        Sum sum = of(vectors, vectors.getFirst().dimension());
        return Arrays.stream(sum.values).map(value -> value / vectors.size()).toArray();
    }

    /// Returns this sum without a vector that is in it.
    Sum without(Embedding vector) {
        Sum rest = new Sum(values.clone());
        rest.add(vector.toArray(), -1);
        return rest;
    }

    private void add(float[] vector, int sign) {
        if (vector.length != values.length) {
            throw new IllegalArgumentException("Expected examples of dimension " + values.length + ", found "
                    + vector.length + ". Use vectors of one model.");
        }
        for (int d = 0; d < values.length; d++) {
            values[d] += sign * vector[d];
        }
    }

    /// Adds a vector, unless it is null.
    void add(double @Nullable [] vector, double factor) {
        for (int d = 0; vector != null && d < values.length; d++) {
            values[d] += factor * vector[d];
        }
    }

    /// Returns the values of the sum. The array is not a copy; do not modify it.
    double[] values() {
        return values;
    }

    /// Returns the unit vector in the direction of the sum, or null if the sum has none.
    double @Nullable [] direction() {
        return direction(values);
    }

    /// Returns the unit vector in the direction of a vector, or null if it has none.
    static double @Nullable [] direction(double[] vector) {
        double length =
                Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
        return length < NO_LENGTH
                ? null
                : Arrays.stream(vector).map(value -> value / length).toArray();
    }
}
