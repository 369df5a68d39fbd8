package dev.clipstream.train.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clipstream.train.tower.Weights;
import dev.clipstream.train.tower.Weights.Role;
import dev.clipstream.train.tower.Weights.Weight;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The weights on the engine for one step: copied in, with their gradients and statistics read back.
///
/// The arrays live for one step, so that everything a step computes is released together. Copying ten megabytes is
/// negligible in comparison.
final class StepWeights {
    private final Weights layout;
    private final Map<String, NDArray> arrays = new HashMap<>();

    /// Copies the weights to the engine.
    ///
    /// @param values   of all weights
    /// @param training whether gradients are needed
    StepWeights(NDManager manager, Weights layout, float[] values, boolean training) {
        this.layout = layout;
        for (Weight weight : layout.all()) {
            long[] dims = weight.shape().stream().mapToLong(Integer::longValue).toArray();
            NDArray array = manager.create(FloatBuffer.wrap(values, weight.offset(), weight.size()), new Shape(dims));
            if (training && weight.role() != Role.STATISTIC) {
                array.setRequiresGradient(true);
            }
            arrays.put(weight.name(), array);
        }
    }

    NDArray get(String name) {
        return Optional.ofNullable(arrays.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "Expected a declared weight, found " + name + "; declared are " + arrays.keySet()));
    }

    /// Adds this step's gradients.
    ///
    /// @param gradients of all weights
    void addGradients(float[] gradients) {
        for (Weight weight : layout.all()) {
            if (weight.role() != Role.STATISTIC) {
                float[] gradient = get(weight.name()).getGradient().toFloatArray();
                for (int i = 0; i < gradient.length; i++) {
                    gradients[weight.offset() + i] += gradient[i];
                }
            }
        }
    }

    /// Adds this step's statistics, each multiplied by `share`.
    ///
    /// @param statistics at their positions among all weights
    void addStatistics(float[] statistics, float share) {
        for (Weight weight : layout.all()) {
            if (weight.role() == Role.STATISTIC) {
                float[] followed = get(weight.name()).toFloatArray();
                for (int i = 0; i < followed.length; i++) {
                    statistics[weight.offset() + i] += followed[i] * share;
                }
            }
        }
    }
}
