package dev.clipstream.train.export;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Weights;

/// The two graphs of a bundle, with dynamic batch size and text length.
final class TowerGraphs {
    private static final String PRODUCER = "clipstream";
    private static final String BATCH = "batch_size";
    private static final String LENGTH = "sequence_length";

    private TowerGraphs() {}

    /// The image graph: `pixel_values` to `image_embeds`.
    static OnnxGraph vision(Architecture architecture, Weights layout, float[] values) {
        OnnxGraph graph = new OnnxGraph("vision", PRODUCER);
        int side = architecture.imageSize();
        String pixels = graph.input("pixel_values", DataType.FLOAT, BATCH, 3, side, side);
        String features = architecture.imageTower().features(new OnnxOperators(graph, layout, values), pixels);
        graph.output("image_embeds", features, DataType.FLOAT, BATCH, architecture.dimension());
        return graph;
    }

    /// The text graph: `input_ids` and `attention_mask` to `text_embeds`.
    static OnnxGraph text(Architecture architecture, Weights layout, float[] values) {
        OnnxGraph graph = new OnnxGraph("text", PRODUCER);
        String ids = graph.input("input_ids", DataType.INT64, BATCH, LENGTH);
        String mask = graph.cast(graph.input("attention_mask", DataType.INT64, BATCH, LENGTH), DataType.FLOAT);
        String features = architecture.textTower().features(new OnnxOperators(graph, layout, values), ids, mask);
        graph.output("text_embeds", features, DataType.FLOAT, BATCH, architecture.dimension());
        return graph;
    }
}
