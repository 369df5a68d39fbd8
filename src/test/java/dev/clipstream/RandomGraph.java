package dev.clipstream;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import dev.clipstream.train.export.OnnxGraph;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// An [OnnxGraph] with random weights.
///
/// Weights are drawn from one seeded source in the order of the calls, so two graphs that are built alike hold the
/// same weights, whatever [Weights] they are stored as. Not safe for use by several threads.
public final class RandomGraph extends OnnxGraph {

    /// How matrices are stored.
    public enum Weights {
        /// 32-bit floats.
        FP32,
        /// 16-bit floats, widened before use: what a runtime without 16-bit arithmetic computes.
        FP16,
        /// Matrix products in 8-bit integers: signed weights with a scale per column, inputs quantized at run time.
        INT8
    }

    private Random random;
    private final Weights weights;

    public RandomGraph(String name, long seed, Weights weights) {
        super(name, "clipstream-random");
        this.random = new Random(seed);
        this.weights = weights;
    }

    /// Draws the following weights as a graph with this seed would.
    public void reseed(long seed) {
        random = new Random(seed);
    }

    /// Adds random weights from a normal distribution around 0.
    public String weight(float deviation, long... dims) {
        float[] values = draw(deviation, dims);
        return weights == Weights.FP16 ? half(values, dims) : floats(values, dims);
    }

    /// Multiplies `input` by a random matrix and adds a random bias; quantized if the graph's weights are.
    public String linear(String input, int from, int to) {
        float[] matrix = draw((float) (1 / Math.sqrt(from)), from, to);
        String product = switch (weights) {
            case FP32 -> node("MatMul", input, floats(matrix, from, to));
            case FP16 -> node("MatMul", input, half(matrix, from, to));
            case INT8 -> quantized(input, matrix, from, to);
        };
        return node("Add", product, weight(0.02f, to));
    }

    private String quantized(String input, float[] matrix, int from, int to) {
        float[] scales = new float[to];
        for (int i = 0; i < matrix.length; i++) {
            scales[i % to] = Math.max(scales[i % to], Math.abs(matrix[i]) / 127f);
        }
        byte[] quantized = new byte[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            quantized[i] = (byte) Math.round(matrix[i] / scales[i % to]);
        }
        String integers = bytes(OnnxMl.TensorProto.DataType.INT8, quantized, from, to);
        String[] parts = nodes("DynamicQuantizeLinear", 3, input);
        String product = node("MatMulInteger", parts[0], integers, parts[2], zero());
        String wide = node("Cast", attributes(attribute("to", OnnxMl.TensorProto.DataType.FLOAT.getNumber())), product);
        return node("Mul", wide, node("Mul", parts[1], floats(scales, to)));
    }

    /// Adds a constant of 8-bit numbers.
    public String bytes(OnnxMl.TensorProto.DataType type, byte[] values, long... dims) {
        return add(tensor(type, dims).setRawData(ByteString.copyFrom(values)));
    }

    /// Adds a zero point for signed weights. Quantizers write it even if it is 0, and ONNX Runtime's exact kernels
    /// need it.
    private String zero() {
        return bytes(OnnxMl.TensorProto.DataType.INT8, new byte[1]);
    }

    private String half(float[] values, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        OnnxMl.TensorProto.Builder tensor =
                tensor(OnnxMl.TensorProto.DataType.FLOAT16, dims).setRawData(ByteString.copyFrom(bytes.flip()));
        return cast(add(tensor), OnnxMl.TensorProto.DataType.FLOAT);
    }

    private float[] draw(float deviation, long... dims) {
        int count = Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    /// Writes the model with every 32-bit weight of at least 1,024 values in `file` + `_data` beside it.
    public void writeWithExternalData(Path file) throws IOException {
        Path data = file.resolveSibling(file.getFileName() + "_data");
        Files.createDirectories(file.toAbsolutePath().getParent());
        long offset = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(data), 1 << 20)) {
            for (OnnxMl.TensorProto.Builder tensor : constants()) {
                int length = tensor.getRawData().size();
                if (tensor.getDataType() != OnnxMl.TensorProto.DataType.FLOAT.getNumber() || length < 4096) {
                    continue;
                }
                tensor.getRawData().writeTo(out);
                tensor.clearRawData().setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL);
                external(tensor, "location", data.getFileName().toString());
                external(tensor, "offset", Long.toString(offset));
                external(tensor, "length", Integer.toString(length));
                offset += length;
            }
        }
        write(file);
    }

    private static void external(OnnxMl.TensorProto.Builder tensor, String key, String value) {
        tensor.addExternalDataBuilder().setKey(key).setValue(value);
    }
}
