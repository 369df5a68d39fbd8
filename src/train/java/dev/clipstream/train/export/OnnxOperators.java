package dev.clipstream.train.export;

import static dev.clipstream.train.export.OnnxGraph.attribute;
import static dev.clipstream.train.export.OnnxGraph.attributes;

import dev.clipstream.train.tower.Operators;
import dev.clipstream.train.tower.Weights;
import dev.clipstream.train.tower.Weights.Weight;

/// Writes a tower as nodes of a graph, with batch normalization folded into the preceding convolution.
final class OnnxOperators implements Operators<String> {
    /// Added to variances, as in training.
    private static final float EPSILON = 1e-5f;

    /// Added to the attention logit of a padding token.
    private static final float HIDDEN = -1e4f;

    private final OnnxGraph graph;
    private final Weights layout;
    private final float[] values;

    /// Creates the operators.
    ///
    /// @param values of all weights
    OnnxOperators(OnnxGraph graph, Weights layout, float[] values) {
        this.graph = graph;
        this.layout = layout;
        this.values = values;
    }

    private float[] values(String name) {
        return layout.get(name).of(values);
    }

    private String constant(String name) {
        Weight weight = layout.get(name);
        return graph.floats(
                weight.of(values),
                weight.shape().stream().mapToLong(Integer::longValue).toArray());
    }

    @Override
    public String convolution(String pictures, String name, int channels, int kernel, int stride) {
        Weight shape = layout.get(name + ".kernel");
        float[] kernels = shape.of(values);
        float[] gain = values(name + ".gain");
        float[] bias = values(name + ".bias");
        float[] mean = values(name + ".mean");
        float[] variance = values(name + ".variance");
        int each = kernels.length / channels;
        for (int channel = 0; channel < channels; channel++) {
            float scale = (float) (gain[channel] / Math.sqrt(variance[channel] + EPSILON));
            for (int i = channel * each; i < (channel + 1) * each; i++) {
                kernels[i] *= scale;
            }
            bias[channel] -= mean[channel] * scale;
        }
        long pad = kernel / 2;
        return graph.node(
                "Conv",
                attributes(
                        attribute("kernel_shape", kernel, kernel),
                        attribute("strides", stride, stride),
                        attribute("pads", pad, pad, pad, pad)),
                pictures,
                graph.floats(kernels, channels, shape.shape().get(1), kernel, kernel),
                graph.floats(bias, channels));
    }

    @Override
    public String patches(String pictures, String name, int side, int width) {
        String grid = graph.node(
                "Conv",
                attributes(attribute("kernel_shape", side, side), attribute("strides", side, side)),
                pictures,
                constant(name + ".kernel"),
                constant(name + ".bias"));
        String flat = graph.node("Reshape", grid, graph.integers(0, width, -1));
        return graph.node("Transpose", attributes(attribute("perm", 0L, 2L, 1L)), flat);
    }

    @Override
    public String relu(String value) {
        return graph.node("Relu", value);
    }

    /// GELU in the form that ONNX Runtime fuses into one operation.
    @Override
    public String gelu(String value) {
        String erf = graph.node("Erf", graph.node("Div", value, graph.scalar((float) Math.sqrt(2))));
        String product = graph.node("Mul", value, graph.node("Add", erf, graph.scalar(1)));
        return graph.node("Mul", product, graph.scalar(0.5f));
    }

    @Override
    public String add(String one, String other) {
        return graph.node("Add", one, other);
    }

    @Override
    public String meanOfPixels(String pictures) {
        return graph.node("Flatten", graph.node("GlobalAveragePool", pictures));
    }

    @Override
    public String meanOfTokens(String tokens) {
        return graph.node(
                "ReduceMean", attributes(attribute("axes", new long[] {1}), attribute("keepdims", 0)), tokens);
    }

    @Override
    public String linear(String value, String name, int width, double gain) {
        return graph.node("Add", graph.node("MatMul", value, constant(name + ".matrix")), constant(name + ".bias"));
    }

    @Override
    public String layerNorm(String value, String name) {
        return graph.node(
                "LayerNormalization",
                attributes(attribute("axis", -1)),
                value,
                constant(name + ".gain"),
                constant(name + ".bias"));
    }

    @Override
    public String embedding(String ids, String name, int count, int width, double deviation) {
        return graph.node("Gather", constant(name + ".vectors"), ids);
    }

    @Override
    public String positions(String tokens, String name, int length) {
        String count = graph.node("Slice", graph.node("Shape", tokens), graph.integers(1), graph.integers(2));
        String vectors = graph.node("Slice", constant(name + ".vectors"), graph.integers(0), count, graph.integers(0));
        return graph.node("Add", tokens, vectors);
    }

    @Override
    public String attention(String qkv, Filling<String> filling, int heads, int width) {
        String parts = graph.node("Reshape", qkv, graph.integers(0, 0, 3, heads, width));
        String apart = graph.node("Transpose", attributes(attribute("perm", 2L, 0L, 3L, 1L, 4L)), parts);
        String query = part(apart, 0);
        String key = graph.node("Transpose", attributes(attribute("perm", 0L, 1L, 3L, 2L)), part(apart, 1));
        String logits =
                graph.node("Mul", graph.node("MatMul", query, key), graph.scalar((float) (1 / Math.sqrt(width))));
        if (filling instanceof Filling.Mask<String>(String mask)) {
            String hidden = graph.node("Mul", graph.node("Sub", mask, graph.scalar(1)), graph.scalar(-HIDDEN));
            logits = graph.node("Add", logits, graph.node("Unsqueeze", hidden, graph.integers(1, 2)));
        }
        String shares = graph.node("Softmax", attributes(attribute("axis", -1)), logits);
        String mixed = graph.node("MatMul", shares, part(apart, 2));
        String together = graph.node("Transpose", attributes(attribute("perm", 0L, 2L, 1L, 3L)), mixed);
        return graph.node("Reshape", together, graph.integers(0, 0, (long) heads * width));
    }

    private String part(String apart, int which) {
        return graph.node("Gather", attributes(attribute("axis", 0)), apart, graph.integer(which));
    }

    @Override
    public String first(String tokens) {
        return graph.node("Gather", attributes(attribute("axis", 1)), tokens, graph.integer(0));
    }

    @Override
    public String meanOfKnown(String tokens, Filling<String> filling) {
        if (!(filling instanceof Filling.Mask<String>(String mask))) {
            return meanOfTokens(tokens);
        }
        String known = graph.node("Mul", tokens, graph.node("Unsqueeze", mask, graph.integers(2)));
        String sum = graph.node("ReduceSum", attributes(attribute("keepdims", 0)), known, graph.integers(1));
        return graph.node("Div", sum, graph.node("ReduceSum", mask, graph.integers(1)));
    }
}
