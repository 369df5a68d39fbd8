package dev.clipstream.train.tower;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where each weight lies in one array of floats: what an optimizer steps over, a checkpoint holds and a graph is
/// written from.
///
/// Immutable: names, shapes and places; the values are the caller's arrays of [#size()] floats.
public final class Weights {

    /// What a weight is to the optimizer.
    public enum Role {
        /// Matrices and kernels: trained, and decayed.
        MATRIX,
        /// Biases, gains, word vectors, temperature: trained, not decayed.
        PLAIN,
        /// Means and variances of batch normalisation: followed, not trained.
        STATISTIC
    }

    /// @param name   unique
    /// @param role   for the optimizer
    /// @param shape  row by row
    /// @param offset of its first float
    public record Weight(String name, Role role, List<Integer> shape, int offset) {
        /// Floats that it has.
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /// Its floats, copied out of an array of all.
        public float[] of(float[] values) {
            return Arrays.copyOfRange(values, offset, offset + size());
        }
    }

    private final Map<String, Weight> byName;
    private final int size;

    Weights(Map<String, Weight> byName) {
        this.byName = new LinkedHashMap<>(byName);
        this.size = byName.values().stream().mapToInt(Weight::size).sum();
    }

    /// In the order of their places.
    public Collection<Weight> all() {
        return List.copyOf(byName.values());
    }

    /// @throws IllegalArgumentException if there is none of this name
    public Weight get(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new IllegalArgumentException("A weight of the towers was expected, found the name "
                        + name + ": known are " + byName.keySet()));
    }

    /// Floats of all together.
    public int size() {
        return size;
    }

    /// Floats that are trained.
    public int trained() {
        return byName.values().stream()
                .filter(weight -> weight.role() != Role.STATISTIC)
                .mapToInt(Weight::size)
                .sum();
    }
}
