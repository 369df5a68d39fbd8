package dev.clipstream;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// Builds one ONNX graph (opset 17), node by node; the names of intermediate values are its own.
///
/// Weights are drawn from one seeded source in the order in which they are asked for, so two graphs
/// that are built alike hold the same weights whatever the [Weights] they are stored as. Not safe for
/// use by several threads.
public final class OnnxGraph {

    /// How matrices are stored.
    public enum Weights {
        /// 32-bit floats.
        FP32,
        /// 16-bit floats, widened before use: what a runtime without 16-bit arithmetic computes.
        FP16,
        /// Matrix products in 8-bit integers: signed weights with a scale a column, inputs quantised as
        /// they come.
        INT8
    }

    private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder();
    private Random random;
    private final Weights weights;
    private int names;

    public OnnxGraph(String name, long seed, Weights weights) {
        this.graph.setName(name);
        this.random = new Random(seed);
        this.weights = weights;
    }

    /// Draws the weights that follow as a graph with this seed would.
    public void reseed(long seed) {
        random = new Random(seed);
    }

    /// Declares an input; dimensions are numbers or names.
    public String input(String name, OnnxMl.TensorProto.DataType type, Object... dims) {
        graph.addInput(value(name, type, dims));
        return name;
    }

    /// Declares an output and the value that it is.
    public void output(String name, String from, OnnxMl.TensorProto.DataType type, Object... dims) {
        graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType("Identity")
                .addInput(from)
                .addOutput(name));
        graph.addOutput(value(name, type, dims));
    }

    private static OnnxMl.ValueInfoProto value(String name, OnnxMl.TensorProto.DataType type, Object... dims) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        for (Object dim : dims) {
            if (dim instanceof Number number) {
                shape.addDimBuilder().setDimValue(number.longValue());
            } else {
                shape.addDimBuilder().setDimParam(dim.toString());
            }
        }
        OnnxMl.ValueInfoProto.Builder value = OnnxMl.ValueInfoProto.newBuilder().setName(name);
        value.getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(type.getNumber())
                .setShape(shape);
        return value.build();
    }

    /// Adds a node without attributes.
    public String node(String op, String... inputs) {
        return node(op, new OnnxMl.AttributeProto[0], inputs);
    }

    /// Adds a node with attributes and one output.
    public String node(String op, OnnxMl.AttributeProto[] attributes, String... inputs) {
        String name = fresh(op);
        graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType(op)
                .setName(name)
                .addAllInput(Arrays.asList(inputs))
                .addOutput(name)
                .addAllAttribute(Arrays.asList(attributes)));
        return name;
    }

    /// Adds a node with several outputs.
    public String[] nodes(String op, int outputs, String... inputs) {
        OnnxMl.NodeProto.Builder node =
                OnnxMl.NodeProto.newBuilder().setOpType(op).addAllInput(Arrays.asList(inputs));
        String[] results = new String[outputs];
        for (int i = 0; i < outputs; i++) {
            results[i] = fresh(op);
            node.addOutput(results[i]);
        }
        graph.addNode(node);
        return results;
    }

    public static OnnxMl.AttributeProto[] attributes(OnnxMl.AttributeProto... attributes) {
        return attributes;
    }

    public static OnnxMl.AttributeProto attribute(String name, long value) {
        return OnnxMl.AttributeProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static OnnxMl.AttributeProto attribute(String name, long... values) {
        OnnxMl.AttributeProto.Builder attribute =
                OnnxMl.AttributeProto.newBuilder().setName(name).setType(OnnxMl.AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    /// A constant of 64-bit integers with one dimension.
    public String integers(long... values) {
        OnnxMl.TensorProto.Builder tensor = tensor(OnnxMl.TensorProto.DataType.INT64, values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return add(tensor);
    }

    /// A 64-bit integer without dimensions.
    public String integer(long value) {
        return add(tensor(OnnxMl.TensorProto.DataType.INT64).addInt64Data(value));
    }

    /// A constant of 32-bit floats, stored so whatever the graph's weights.
    public String floats(float[] values, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return add(tensor(OnnxMl.TensorProto.DataType.FLOAT, dims).setRawData(ByteString.copyFrom(bytes)));
    }

    /// One 32-bit float without dimensions.
    public String scalar(float value) {
        return floats(new float[] {value});
    }

    /// Random weights from a normal distribution around 0.
    public String weight(float deviation, long... dims) {
        float[] values = draw(deviation, dims);
        return weights == Weights.FP16 ? half(values, dims) : floats(values, dims);
    }

    /// `input` times a random matrix, plus a random bias; quantised where the graph's weights are.
    public String linear(String input, int from, int to) {
        float[] matrix = draw((float) (1 / Math.sqrt(from)), from, to);
        String product = switch (weights) {
            case FP32 -> node("MatMul", input, floats(matrix, from, to));
            case FP16 -> node("MatMul", input, half(matrix, from, to));
            case INT8 -> quantised(input, matrix, from, to);
        };
        return node("Add", product, weight(0.02f, to));
    }

    private String quantised(String input, float[] matrix, int from, int to) {
        float[] scales = new float[to];
        for (int i = 0; i < matrix.length; i++) {
            scales[i % to] = Math.max(scales[i % to], Math.abs(matrix[i]) / 127f);
        }
        byte[] quantised = new byte[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            quantised[i] = (byte) Math.round(matrix[i] / scales[i % to]);
        }
        OnnxMl.TensorProto.Builder tensor =
                tensor(OnnxMl.TensorProto.DataType.INT8, from, to).setRawData(ByteString.copyFrom(quantised));
        String[] parts = nodes("DynamicQuantizeLinear", 3, input);
        String product = node("MatMulInteger", parts[0], add(tensor), parts[2]);
        String wide = node("Cast", attributes(attribute("to", OnnxMl.TensorProto.DataType.FLOAT.getNumber())), product);
        return node("Mul", wide, node("Mul", parts[1], floats(scales, to)));
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

    public String cast(String value, OnnxMl.TensorProto.DataType type) {
        return node("Cast", attributes(attribute("to", type.getNumber())), value);
    }

    private float[] draw(float deviation, long... dims) {
        int count = Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    private static OnnxMl.TensorProto.Builder tensor(OnnxMl.TensorProto.DataType type, long... dims) {
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder().setDataType(type.getNumber());
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor;
    }

    private String add(OnnxMl.TensorProto.Builder tensor) {
        String name = fresh("weight");
        graph.addInitializer(tensor.setName(name));
        return name;
    }

    private String fresh(String stem) {
        return stem + "_" + names++;
    }

    /// Writes the model in one file.
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            model().writeTo(out);
        }
    }

    /// Writes the model with every 32-bit weight of at least 1,024 values in `file` + `_data` beside it.
    public void writeWithExternalData(Path file) throws IOException {
        Path data = file.resolveSibling(file.getFileName() + "_data");
        Files.createDirectories(file.toAbsolutePath().getParent());
        long offset = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(data), 1 << 20)) {
            for (int i = 0; i < graph.getInitializerCount(); i++) {
                OnnxMl.TensorProto.Builder tensor = graph.getInitializerBuilder(i);
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

    private OnnxMl.ModelProto model() {
        return OnnxMl.ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("clipstream-random")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
    }
}
