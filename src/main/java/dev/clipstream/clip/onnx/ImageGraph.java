package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxJavaType;
import java.util.Set;

/// The image side of a graph, as the graph itself says.
///
/// @param pixels    name of the input
/// @param format    element type and order of its samples
/// @param height    pixels, -1: any
/// @param width     pixels, -1: any
/// @param batch     pictures of a run, -1: any
/// @param output    name of the output that holds the vectors
/// @param dimension of the vectors, -1: the graph does not say
/// @param others    the text side's inputs that the same graph insists on; empty for a graph of its own
public record ImageGraph(
        String pixels,
        Format format,
        int height,
        int width,
        int batch,
        String output,
        int dimension,
        Set<String> others) {

    /// How samples lie in the input.
    public enum Format {
        /// 32-bit floats, normalised, planes of red, green, blue.
        F32_NCHW(OnnxJavaType.FLOAT, 4),
        /// 16-bit floats, normalised, planes of red, green, blue.
        F16_NCHW(OnnxJavaType.FLOAT16, 2),
        /// The picture's own bytes, red, green, blue of each pixel; the graph normalises.
        U8_NHWC(OnnxJavaType.UINT8, 1);

        private final OnnxJavaType type;
        private final int bytes;

        Format(OnnxJavaType type, int bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        /// Of one sample.
        OnnxJavaType type() {
            return type;
        }

        /// Of one sample.
        int bytes() {
            return bytes;
        }

        /// Dimensions of a batch.
        long[] shape(int batch, int height, int width) {
            return this == U8_NHWC ? new long[] {batch, height, width, 3} : new long[] {batch, 3, height, width};
        }
    }
}
