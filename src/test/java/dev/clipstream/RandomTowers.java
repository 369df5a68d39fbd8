package dev.clipstream;

import static dev.clipstream.RandomGraph.attribute;
import static dev.clipstream.RandomGraph.attributes;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;

/// The two transformers of a CLIP or a SigLIP, with random weights, as nodes of a [RandomGraph].
final class RandomTowers {
    private final RandomGraph graph;
    private final RandomClip.Spec spec;

    RandomTowers(RandomGraph graph, RandomClip.Spec spec) {
        this.graph = graph;
        this.spec = spec;
    }

    /// Turns normalized pixels [batch, 3, S, S] into vectors [batch, dimension].
    String vision(String pixels) {
        int width = spec.size().visionWidth();
        int grid = spec.size().image() / spec.size().patch();
        int patches = grid * grid;
        float deviation =
                (float) (1 / Math.sqrt(3.0 * spec.size().patch() * spec.size().patch()));
        String convolved = graph.node(
                "Conv",
                attributes(
                        attribute(
                                "strides",
                                new long[] {spec.size().patch(), spec.size().patch()}),
                        attribute(
                                "kernel_shape",
                                new long[] {spec.size().patch(), spec.size().patch()})),
                pixels,
                graph.weight(
                        deviation, width, 3, spec.size().patch(), spec.size().patch()));
        String flat = graph.node("Reshape", convolved, graph.integers(0, width, patches));
        String tokens = graph.node("Transpose", attributes(attribute("perm", 0L, 2L, 1L)), flat);
        int length = patches;
        if (!spec.siglip()) {
            String batch = graph.node("Slice", graph.node("Shape", tokens), graph.integers(0), graph.integers(1));
            String shape = graph.node("Concat", attributes(attribute("axis", 0)), batch, graph.integers(1, width));
            String start = graph.node("Expand", graph.weight(1, 1, 1, width), shape);
            tokens = graph.node("Concat", attributes(attribute("axis", 1)), start, tokens);
            length++;
        }
        String hidden = normalise(graph.node("Add", tokens, graph.weight(0.1f, length, width)), width);
        for (int layer = 0; layer < spec.size().visionLayers(); layer++) {
            hidden = block(hidden, width, spec.size().visionHeads(), "");
        }
        String pooled = spec.siglip()
                ? graph.node(
                        "ReduceMean", attributes(attribute("axes", new long[] {1}), attribute("keepdims", 0)), hidden)
                : graph.node("Gather", attributes(attribute("axis", 1)), hidden, graph.integer(0));
        return graph.linear(normalise(pooled, width), width, spec.size().dimension());
    }

    /// Turns token ids [batch, length], 64-bit integers, into vectors [batch, dimension].
    ///
    /// @param mask the attention mask's input; empty if there is none
    String text(String ids, String mask) {
        int width = spec.size().textWidth();
        String embedded = graph.node("Gather", graph.weight(1, spec.vocabulary(), width), ids);
        String length = graph.node("Slice", graph.node("Shape", ids), graph.integers(1), graph.integers(2));
        String positions = graph.node(
                "Slice", graph.weight(0.3f, spec.context(), width), graph.integers(0), length, graph.integers(0));
        String hidden = graph.node("Add", embedded, positions);
        String hiding = hiding(length, mask);
        for (int layer = 0; layer < spec.size().textLayers(); layer++) {
            hidden = block(hidden, width, spec.size().textHeads(), hiding);
        }
        hidden = normalise(hidden, width);
        return graph.linear(
                switch (spec.family()) {
                    case OPENAI -> atFirst(hidden, ids, spec.endToken(), width);
                    case CHINESE -> graph.node("Gather", attributes(attribute("axis", 1)), hidden, graph.integer(0));
                    case SIGLIP -> graph.node("Gather", attributes(attribute("axis", 1)), hidden, graph.integer(-1));
                },
                width,
                spec.size().dimension());
    }

    /// Returns the value to add to attention scores, [length, length] or [batch, 1, 1, length]; empty for none.
    private String hiding(String length, String mask) {
        return switch (spec.family()) {
            case OPENAI -> {
                float[] causal = new float[spec.context() * spec.context()];
                for (int row = 0; row < spec.context(); row++) {
                    int from = row * spec.context();
                    Arrays.fill(causal, from + row + 1, from + spec.context(), -1e9f);
                }
                String whole = graph.floats(causal, spec.context(), spec.context());
                String ends = graph.node("Concat", attributes(attribute("axis", 0)), length, length);
                yield graph.node("Slice", whole, graph.integers(0, 0), ends, graph.integers(0, 1));
            }
            case CHINESE -> {
                String seen = graph.node("Unsqueeze", graph.cast(mask, DataType.FLOAT), graph.integers(1, 2));
                yield graph.node("Mul", graph.node("Sub", seen, graph.scalar(1)), graph.scalar(1e9f));
            }
            case SIGLIP -> "";
        };
    }

    /// Returns the hidden state at the first place of a token.
    private String atFirst(String hidden, String ids, long token, int width) {
        String found = graph.cast(graph.node("Equal", ids, graph.integer(token)), DataType.INT32);
        String place = graph.node("ArgMax", attributes(attribute("axis", 1), attribute("keepdims", 1)), found);
        String cell = graph.node("Unsqueeze", place, graph.integers(2));
        String row = graph.node("Expand", cell, graph.integers(1, 1, width));
        String picked = graph.node("GatherElements", attributes(attribute("axis", 1)), hidden, row);
        return graph.node("Squeeze", picked, graph.integers(1));
    }

    private String block(String hidden, int width, int heads, String hiding) {
        String attended = attention(normalise(hidden, width), width, heads, hiding);
        String middle = graph.node("Add", hidden, attended);
        String up = graph.linear(normalise(middle, width), width, 4 * width);
        String gate = graph.node("Sigmoid", graph.node("Mul", up, graph.scalar(1.702f)));
        return graph.node("Add", middle, graph.linear(graph.node("Mul", up, gate), 4 * width, width));
    }

    private String attention(String input, int width, int heads, String hiding) {
        String query = heads(graph.linear(input, width, width), width, heads);
        String key = heads(graph.linear(input, width, width), width, heads);
        String value = heads(graph.linear(input, width, width), width, heads);
        String turned = graph.node("Transpose", attributes(attribute("perm", 0L, 1L, 3L, 2L)), key);
        String scores = graph.node("Mul", graph.node("MatMul", query, turned), graph.scalar((float)
                (1 / Math.sqrt((double) width / heads))));
        if (!hiding.isEmpty()) {
            scores = graph.node("Add", scores, hiding);
        }
        String shares = graph.node("Softmax", attributes(attribute("axis", -1)), scores);
        String mixed = graph.node("MatMul", shares, value);
        String together = graph.node("Transpose", attributes(attribute("perm", 0L, 2L, 1L, 3L)), mixed);
        return graph.linear(graph.node("Reshape", together, graph.integers(0, 0, width)), width, width);
    }

    private String heads(String value, int width, int heads) {
        String split = graph.node("Reshape", value, graph.integers(0, 0, heads, width / heads));
        return graph.node("Transpose", attributes(attribute("perm", 0L, 2L, 1L, 3L)), split);
    }

    private String normalise(String value, int width) {
        float[] ones = new float[width];
        Arrays.fill(ones, 1);
        return graph.node(
                "LayerNormalization",
                attributes(attribute("axis", -1)),
                value,
                graph.floats(ones, width),
                graph.floats(new float[width], width));
    }
}
