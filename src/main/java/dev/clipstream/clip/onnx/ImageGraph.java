package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxJavaType;
import java.util.Optional;
import java.util.Set;

/// The image side of a graph, as the graph declares it.
///
/// @param pixels    name of the input
/// @param format    element type and order of its samples
/// @param levels    the form of the floats that the prologue looks up, see
///                  [dev.clipstream.clip.prologue.PixelPrologue]; empty if the graph has no prologue
/// @param height    in pixels, -1 if free
/// @param width     in pixels, -1 if free
/// @param batch     images of a run, -1 if free
/// @param output    name of the output that holds the vectors
/// @param dimension of the vectors, -1 if the graph does not declare it
/// @param others    the text side's inputs that the same graph requires; empty for a graph of its own
public record ImageGraph(
        String pixels,
        Format format,
        Optional<Format> levels,
        int height,
        int width,
        int batch,
        String output,
        int dimension,
        Set<String> others) {

    /// How samples are arranged in the input.
    public enum Format {
        /// 32-bit floats, normalized, planes of red, green, blue.
        F32_NCHW(OnnxJavaType.FLOAT, 4),
        /// 16-bit floats, normalized, planes of red, green, blue.
        F16_NCHW(OnnxJavaType.FLOAT16, 2),
        /// The image's bytes, red, green, blue of each pixel; the graph normalizes.
        U8_NHWC(OnnxJavaType.UINT8, 1);

        private final OnnxJavaType type;
        private final int bytes;

        Format(OnnxJavaType type, int bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        /// Returns the element type of a sample.
        OnnxJavaType type() {
            return type;
        }

        /// Returns the bytes of a sample.
        int bytes() {
            return bytes;
        }

        /// Returns the dimensions of a batch.
        long[] shape(int batch, int height, int width) {
            return this == U8_NHWC ? new long[] {batch, height, width, 3} : new long[] {batch, 3, height, width};
        }
    }
}
