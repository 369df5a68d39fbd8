package dev.clipstream.train.tower;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The layout of all weights in one array of floats, which an optimizer updates, a checkpoint stores and a graph is
/// written from.
///
/// Immutable. The values are in arrays of [#size()] floats that the caller owns.
public final class Weights {

    /// How the optimizer treats a weight.
    public enum Role {
        /// Matrices and kernels: trained with weight decay.
        MATRIX,
        /// Biases, gains, word vectors and temperature: trained without weight decay.
        PLAIN,
        /// Running means and variances of batch normalization: not trained.
        STATISTIC
    }

    /// A weight.
    ///
    /// @param name   unique
    /// @param role   for the optimizer
    /// @param shape  row-major
    /// @param offset of its first float
    public record Weight(String name, Role role, List<Integer> shape, int offset) {
        /// Returns the number of floats.
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /// Copies its floats from an array of all weights.
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

    /// Returns the weights in the order of their offsets.
    public Collection<Weight> all() {
        return List.copyOf(byName.values());
    }

    /// Returns a weight by name.
    ///
    /// @throws IllegalArgumentException if there is no such weight
    public Weight get(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "Expected a weight of the towers, found the name " + name + ": known are " + byName.keySet()));
    }

    /// Returns the number of floats of all weights.
    public int size() {
        return size;
    }

    /// Returns the number of trained floats.
    public int trained() {
        return byName.values().stream()
                .filter(weight -> weight.role() != Role.STATISTIC)
                .mapToInt(Weight::size)
                .sum();
    }
}
