package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Token ids of a batch of texts as the inputs of a graph: ids, and mask and types if the graph has them.
///
/// Owns its tensors until closed.
final class TextBatch implements AutoCloseable {
    private final Map<String, OnnxTensor> tensors = new HashMap<>();

    private TextBatch() {}

    /// Pads texts to one length.
    ///
    /// @param texts  ids of each text, none longer than `length`
    /// @param rows   rows of the run; the last text fills the remaining ones
    /// @param length tokens of each row
    static TextBatch of(TextGraph graph, List<long[]> texts, int rows, int length, long pad) throws OrtException {
        long[] ids = new long[rows * length];
        long[] mask = new long[rows * length];
        for (int row = 0; row < rows; row++) {
            long[] text = texts.get(Math.min(row, texts.size() - 1));
            for (int column = 0; column < length; column++) {
                int at = row * length + column;
                ids[at] = column < text.length ? text[column] : pad;
                mask[at] = column < text.length ? 1 : 0;
            }
        }
        TextBatch batch = new TextBatch();
        long[] shape = {rows, length};
        try {
            batch.add(graph.ids(), tensor(ids, shape, graph.wide()));
            if (graph.mask().isPresent()) {
                batch.add(graph.mask().get(), tensor(mask, shape, graph.wide()));
            }
            if (graph.types().isPresent()) {
                batch.add(graph.types().get(), tensor(new long[ids.length], shape, graph.wide()));
            }
        } catch (OrtException e) {
            batch.close();
            throw e;
        }
        return batch;
    }

    private void add(String name, OnnxTensor tensor) {
        tensors.put(name, tensor);
    }

    private static OnnxTensor tensor(long[] values, long[] shape, boolean wide) throws OrtException {
        if (wide) {
            return OnnxTensor.createTensor(OnnxRuntime.environment(), LongBuffer.wrap(values), shape);
        }
        int[] narrow = new int[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = Math.toIntExact(values[i]);
        }
        return OnnxTensor.createTensor(OnnxRuntime.environment(), IntBuffer.wrap(narrow), shape);
    }

    /// Returns the tensors by the names of the graph's inputs.
    Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
