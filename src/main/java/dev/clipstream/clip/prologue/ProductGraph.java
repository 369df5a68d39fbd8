package dev.clipstream.clip.prologue;

import com.google.protobuf.ByteString;
import dev.clipstream.clip.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A graph with one node: the matrix product of its input with a constant.
public final class ProductGraph {
    /// The input, `[rows, dimension]`.
    public static final String ROWS = "rows";
    /// The output, `[rows, columns]`.
    public static final String PRODUCTS = "products";

    private static final String COLUMNS = "columns";

    /// The version of ONNX's file format with the operators of [#OPERATORS].
    private static final int FORMAT = 8;

    private static final int OPERATORS = 13;

    private ProductGraph() {}

    /// Returns the model file whose graph multiplies rows by columns.
    ///
    /// @param columns at least one, of one dimension
    /// @throws IllegalArgumentException if a dimension differs
    /// @throws ArithmeticException      if the columns have more than 2 GiB together
    public static byte[] of(List<Embedding> columns) {
        int dimension = columns.getFirst().dimension();
        ProtoMessage node = new ProtoMessage()
                .text(Onnx.NODE_INPUT, ROWS)
                .text(Onnx.NODE_INPUT, COLUMNS)
                .text(Onnx.NODE_OUTPUT, PRODUCTS)
                .text(Onnx.NODE_NAME, PRODUCTS)
                .text(Onnx.NODE_OPERATOR, "MatMul");
        ProtoMessage constant = new ProtoMessage()
                .number(Onnx.TENSOR_DIMENSION, dimension)
                .number(Onnx.TENSOR_DIMENSION, columns.size())
                .number(Onnx.TENSOR_TYPE, Onnx.FLOAT)
                .text(Onnx.TENSOR_NAME, COLUMNS)
                .bytes(Onnx.TENSOR_RAW_DATA, transposed(columns, dimension));
        ProtoMessage graph = new ProtoMessage()
                .message(Onnx.GRAPH_NODE, node)
                .text(Onnx.GRAPH_NAME, PRODUCTS)
                .message(Onnx.GRAPH_INITIALIZER, constant)
                .message(Onnx.GRAPH_INPUT, value(ROWS, dimension))
                .message(Onnx.GRAPH_OUTPUT, value(PRODUCTS, columns.size()));
        return new ProtoMessage()
                .number(Onnx.MODEL_FORMAT, FORMAT)
                .message(Onnx.MODEL_GRAPH, graph)
                .message(Onnx.MODEL_OPERATORS, new ProtoMessage().number(Onnx.OPERATORS_VERSION, OPERATORS))
                .toByteString()
                .toByteArray();
    }

    /// Returns the values of the first dimension of all columns, then of the second one, and so on.
    private static ByteString transposed(List<Embedding> columns, int dimension) {
        ByteBuffer values = ByteBuffer.allocate(Math.toIntExact((long) columns.size() * dimension * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 0; column < columns.size(); column++) {
            float[] vector = columns.get(column).toArray();
            if (vector.length != dimension) {
                throw new IllegalArgumentException("Expected vectors of dimension " + dimension + ", found "
                        + vector.length + ". Multiply vectors of one model.");
            }
            for (int d = 0; d < dimension; d++) {
                values.putFloat((d * columns.size() + column) * Float.BYTES, vector[d]);
            }
        }
        return ByteString.copyFrom(values.rewind());
    }

    /// Returns a matrix with any number of rows.
    private static ProtoMessage value(String name, int columns) {
        ProtoMessage shape = new ProtoMessage()
                .message(Onnx.SHAPE_DIMENSION, new ProtoMessage().text(Onnx.DIMENSION_NAME, "count"))
                .message(Onnx.SHAPE_DIMENSION, new ProtoMessage().number(Onnx.DIMENSION_VALUE, columns));
        ProtoMessage tensor =
                new ProtoMessage().number(Onnx.TENSOR_TYPE_ELEMENT, Onnx.FLOAT).message(Onnx.TENSOR_TYPE_SHAPE, shape);
        return new ProtoMessage()
                .text(Onnx.VALUE_NAME, name)
                .message(Onnx.VALUE_TYPE, new ProtoMessage().message(Onnx.TYPE_TENSOR, tensor));
    }
}
