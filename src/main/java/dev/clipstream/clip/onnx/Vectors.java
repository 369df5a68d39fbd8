package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Optional;

/// Reads vectors from a session's results.
final class Vectors {
    private Vectors() {}

    /// Returns the rows of an output with two dimensions; 16-bit floats are widened.
    ///
    /// @return empty if the output is not `rows` vectors
    static Optional<float[][]> rows(OrtSession.Result result, String output, int rows) {
        if (!(result.get(output).orElse(null) instanceof OnnxTensor tensor)) {
            return Optional.empty();
        }
        long[] shape = tensor.getInfo().getShape();
        if (shape.length != 2 || shape[0] != rows || shape[1] < 1) {
            return Optional.empty();
        }
        FloatBuffer flat = tensor.getFloatBuffer();
        float[][] values = new float[rows][(int) shape[1]];
        for (float[] row : values) {
            flat.get(row);
        }
        return Optional.of(values);
    }
}
