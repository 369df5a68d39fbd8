package dev.clipstream.train.export;

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
import java.util.List;

/// Builds an ONNX graph (opset 17) node by node and names the intermediate values.
///
/// Not thread-safe.
public class OnnxGraph {
    private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder();
    private final String producer;
    private int names;

    /// Creates an empty graph.
    ///
    /// @param name     of the graph
    /// @param producer written to the file
    public OnnxGraph(String name, String producer) {
        this.graph.setName(name);
        this.producer = producer;
    }

    /// Declares an input. Dimensions are numbers or names.
    public String input(String name, OnnxMl.TensorProto.DataType type, Object... dims) {
        graph.addInput(value(name, type, dims));
        return name;
    }

    /// Declares an output for a value.
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

    /// Collects the attributes of a node.
    public static OnnxMl.AttributeProto[] attributes(OnnxMl.AttributeProto... attributes) {
        return attributes;
    }

    /// An integer attribute.
    public static OnnxMl.AttributeProto attribute(String name, long value) {
        return OnnxMl.AttributeProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    /// An attribute of integers.
    public static OnnxMl.AttributeProto attribute(String name, long... values) {
        OnnxMl.AttributeProto.Builder attribute =
                OnnxMl.AttributeProto.newBuilder().setName(name).setType(OnnxMl.AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    /// Adds a one-dimensional constant of 64-bit integers.
    public String integers(long... values) {
        OnnxMl.TensorProto.Builder tensor = tensor(OnnxMl.TensorProto.DataType.INT64, values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return add(tensor);
    }

    /// Adds a scalar 64-bit integer.
    public String integer(long value) {
        return add(tensor(OnnxMl.TensorProto.DataType.INT64).addInt64Data(value));
    }

    /// Adds a constant of 32-bit floats, whatever the type of the graph's weights.
    public String floats(float[] values, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return add(tensor(OnnxMl.TensorProto.DataType.FLOAT, dims).setRawData(ByteString.copyFrom(bytes)));
    }

    /// Adds a scalar 32-bit float.
    public String scalar(float value) {
        return floats(new float[] {value});
    }

    /// Converts a value to another type.
    public String cast(String value, OnnxMl.TensorProto.DataType type) {
        return node("Cast", attributes(attribute("to", type.getNumber())), value);
    }

    /// Creates a constant without values.
    protected static OnnxMl.TensorProto.Builder tensor(OnnxMl.TensorProto.DataType type, long... dims) {
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder().setDataType(type.getNumber());
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor;
    }

    /// Adds a constant under a new name, which it returns.
    protected String add(OnnxMl.TensorProto.Builder tensor) {
        String name = fresh("weight");
        graph.addInitializer(tensor.setName(name));
        return name;
    }

    private String fresh(String stem) {
        return stem + "_" + names++;
    }

    /// Returns the constants so far, which may be modified.
    protected List<OnnxMl.TensorProto.Builder> constants() {
        return graph.getInitializerBuilderList();
    }

    /// Writes the model to one file.
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            model().writeTo(out);
        }
    }

    private OnnxMl.ModelProto model() {
        return OnnxMl.ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName(producer)
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
    }
}
