package dev.clipstream.train.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.ImageTower;
import dev.clipstream.train.tower.TextTower;
import dev.clipstream.train.tower.Weights;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/// Both towers for a share of each batch: a forward pass followed by a backward pass.
///
/// Keeps the state of the forward pass in between. Used by one thread at a time.
final class Replica implements AutoCloseable {
    private final NDManager manager;
    private final Architecture architecture;
    private final Weights layout;
    private final ImageTower imageTower;
    private final TextTower textTower;
    private @Nullable Step step;

    /// The arrays that live from the forward to the backward pass.
    private record Step(NDManager scope, StepWeights weights, NDArray images, NDArray texts) {}

    Replica(NDManager parent, Architecture architecture, Weights layout) {
        this.manager = parent.newSubManager();
        this.architecture = architecture;
        this.layout = layout;
        this.imageTower = architecture.imageTower();
        this.textTower = architecture.textTower();
    }

    /// Runs the forward pass and returns the features.
    ///
    /// @param values of all weights
    Features forward(float[] values, float[] pixels, long[][] ids) {
        forget();
        NDManager scope = manager.newSubManager();
        StepWeights weights = new StepWeights(scope, layout, values, true);
        EngineOperators ops = new EngineOperators(weights, true);
        NDArray images = imageTower.features(ops, pictures(scope, pixels, ids.length));
        NDArray texts = texts(ops, scope, ids);
        step = new Step(scope, weights, images, texts);
        return new Features(images.toFloatArray(), texts.toFloatArray());
    }

    /// Runs the backward pass: from the loss's gradient with respect to the features to that with respect to the
    /// weights.
    ///
    /// @param gradients  of all weights; this replica's are added
    /// @param statistics of all weights; this replica's are added
    /// @param share      of this replica's pairs in the batch
    void backward(
            GradientCollector collector, Features byFeatures, float[] gradients, float[] statistics, float share) {
        Step taken = step;
        if (taken == null) {
            throw new IllegalStateException(
                    "Expected a forward pass before the backward pass, found none. Call forward first.");
        }
        Shape shape = taken.images().getShape();
        NDArray byImages = taken.scope().create(FloatBuffer.wrap(byFeatures.images()), shape);
        NDArray byTexts = taken.scope().create(FloatBuffer.wrap(byFeatures.texts()), shape);
        // its gradient with respect to the features is byFeatures, so the chain rule does the rest
        collector.backward(taken.images()
                .mul(byImages)
                .sum()
                .add(taken.texts().mul(byTexts).sum()));
        taken.weights().addGradients(gradients);
        taken.weights().addStatistics(statistics, share);
        forget();
    }

    /// Returns the features of images with the running statistics, as the exported graph computes them.
    float[] imageFeatures(float[] values, float[] pixels, int count) {
        try (NDManager scope = manager.newSubManager()) {
            EngineOperators ops = new EngineOperators(new StepWeights(scope, layout, values, false), false);
            return imageTower.features(ops, pictures(scope, pixels, count)).toFloatArray();
        }
    }

    /// Returns the features of texts with the running statistics, as the exported graph computes them.
    float[] textFeatures(float[] values, long[][] ids) {
        try (NDManager scope = manager.newSubManager()) {
            EngineOperators ops = new EngineOperators(new StepWeights(scope, layout, values, false), false);
            return texts(ops, scope, ids).toFloatArray();
        }
    }

    private NDArray pictures(NDManager scope, float[] pixels, int count) {
        int side = architecture.imageSize();
        return scope.create(FloatBuffer.wrap(pixels), new Shape(count, 3, side, side));
    }

    private NDArray texts(EngineOperators ops, NDManager scope, long[][] ids) {
        PaddedTexts padded = PaddedTexts.of(ids);
        Shape shape = new Shape(ids.length, padded.length());
        return textTower.features(
                ops,
                scope.create(LongBuffer.wrap(padded.ids()), shape),
                scope.create(FloatBuffer.wrap(padded.mask()), shape));
    }

    private void forget() {
        Step taken = step;
        if (taken != null) {
            taken.scope().close();
            step = null;
        }
    }

    @Override
    public void close() {
        forget();
        manager.close();
    }
}
