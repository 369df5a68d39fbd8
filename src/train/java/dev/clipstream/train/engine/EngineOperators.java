package dev.clipstream.train.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import dev.clipstream.train.tower.Operators;

/// Computes a tower on the engine.
///
/// Confined to the thread that created the [StepWeights], whose manager owns the results.
final class EngineOperators implements Operators<NDArray> {
    /// Added to variances; equal to the constant in the exported graph.
    static final float EPSILON = 1e-5f;

    /// Momentum of the running statistics of batch normalization.
    private static final float MOMENTUM = 0.95f;

    /// Added to the attention logit of a padding token.
    private static final float HIDDEN = -1e4f;

    private final StepWeights weights;
    private final boolean training;

    /// Creates the operators.
    ///
    /// @param training whether batch normalization uses the batch's statistics and updates the running ones
    EngineOperators(StepWeights weights, boolean training) {
        this.weights = weights;
        this.training = training;
    }

    @Override
    public NDArray convolution(NDArray pictures, String name, int channels, int kernel, int stride) {
        NDArray convolved = Conv2d.conv2d(
                        pictures,
                        weights.get(name + ".kernel"),
                        null,
                        new Shape(stride, stride),
                        new Shape(kernel / 2, kernel / 2))
                .head();
        return BatchNorm.batchNorm(
                        convolved,
                        weights.get(name + ".mean"),
                        weights.get(name + ".variance"),
                        weights.get(name + ".gain"),
                        weights.get(name + ".bias"),
                        -1, // the engine's native axis, 1; any other value transposes first
                        MOMENTUM,
                        EPSILON,
                        training)
                .head();
    }

    @Override
    public NDArray patches(NDArray pictures, String name, int side, int width) {
        NDArray grid = Conv2d.conv2d(
                        pictures, weights.get(name + ".kernel"), weights.get(name + ".bias"), new Shape(side, side))
                .head();
        return grid.reshape(grid.getShape().get(0), width, -1).transpose(0, 2, 1);
    }

    @Override
    public NDArray relu(NDArray value) {
        return Activation.relu(value);
    }

    @Override
    public NDArray gelu(NDArray value) {
        return Activation.gelu(value);
    }

    @Override
    public NDArray add(NDArray one, NDArray other) {
        return one.add(other);
    }

    @Override
    public NDArray meanOfPixels(NDArray pictures) {
        return Pool.globalAvgPool2d(pictures);
    }

    @Override
    public NDArray meanOfTokens(NDArray tokens) {
        return tokens.mean(new int[] {1});
    }

    @Override
    public NDArray linear(NDArray value, String name, int width, double gain) {
        // the engine expects [to, from]; the transposed view is free
        NDArray matrix = weights.get(name + ".matrix").transpose();
        return Linear.linear(value, matrix, weights.get(name + ".bias")).head();
    }

    @Override
    public NDArray layerNorm(NDArray value, String name) {
        long width = value.getShape().getLastDimension();
        return LayerNorm.layerNorm(
                        value, new Shape(width), weights.get(name + ".gain"), weights.get(name + ".bias"), EPSILON)
                .head();
    }

    @Override
    public NDArray embedding(NDArray ids, String name, int count, int width, double deviation) {
        return Embedding.embedding(ids, weights.get(name + ".vectors"), SparseFormat.DENSE)
                .head();
    }

    @Override
    public NDArray positions(NDArray tokens, String name, int length) {
        NDArray vectors = weights.get(name + ".vectors");
        return tokens.add(vectors.get("0:" + tokens.getShape().get(1)).expandDims(0));
    }

    @Override
    public NDArray attention(NDArray qkv, Filling<NDArray> filling, int heads, int width) {
        long batch = qkv.getShape().get(0);
        long length = qkv.getShape().get(1);
        NDArray parts = qkv.reshape(batch, length, 3, heads, width).transpose(2, 0, 3, 1, 4); // [3, batch, heads, …]
        NDArray query = Numbers.times(parts.get(0), 1 / Math.sqrt(width));
        NDArray logits = query.matMul(parts.get(1).transpose(0, 1, 3, 2));
        if (filling instanceof Filling.Mask<NDArray>(NDArray mask)) {
            logits = logits.add(mask.sub(1).mul(-HIDDEN).reshape(batch, 1, 1, length));
        }
        return logits.softmax(-1)
                .matMul(parts.get(2))
                .transpose(0, 2, 1, 3)
                .reshape(batch, length, (long) heads * width);
    }

    @Override
    public NDArray first(NDArray tokens) {
        return tokens.get(":, 0");
    }

    @Override
    public NDArray meanOfKnown(NDArray tokens, Filling<NDArray> filling) {
        if (!(filling instanceof Filling.Mask<NDArray>(NDArray mask))) {
            return meanOfTokens(tokens);
        }
        NDArray sum = tokens.mul(mask.expandDims(-1)).sum(new int[] {1});
        return sum.div(mask.sum(new int[] {1}, true).toType(DataType.FLOAT32, false));
    }
}
