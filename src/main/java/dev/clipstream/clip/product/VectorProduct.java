package dev.clipstream.clip.product;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.onnx.OnnxRuntime;
import dev.clipstream.clip.prologue.ProductGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The dot products of blocks of vectors with a fixed list of vectors, the columns: one matrix product of ONNX Runtime,
/// whose graph is a single MatMul with the columns as a constant.
///
/// Runs on the caller's thread and on no other. Used by one thread at a time. Holds native memory until closed: the
/// columns once, and a block of rows and of products.
public final class VectorProduct implements AutoCloseable {
    /// Half the distance from 1 to the next float32: the unit roundoff.
    private static final double UNIT_ROUNDOFF = 0x1p-24;

    private final int dimension;
    private final int columns;
    private final int maxRows;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final FloatBuffer rowBuffer;
    private final FloatBuffer productBuffer;

    private VectorProduct(int dimension, int columns, int maxRows, OrtEnvironment environment, OrtSession session) {
        this.dimension = dimension;
        this.columns = columns;
        this.maxRows = maxRows;
        this.environment = environment;
        this.session = session;
        this.rowBuffer = floats((long) maxRows * dimension);
        this.productBuffer = floats((long) maxRows * columns);
    }

    /// Copies the columns into a matrix that is packed for the kernels of this processor.
    ///
    /// @param columns at least one, all of one dimension
    /// @param maxRows maximum number of vectors of a product, at least 1
    /// @throws IllegalArgumentException if a dimension differs, or a block exceeds 2 GiB
    /// @throws IllegalStateException    if ONNX Runtime cannot be loaded or refuses the graph
    public static VectorProduct open(List<Embedding> columns, int maxRows) {
        OrtEnvironment environment = OnnxRuntime.environment();
        int dimension = columns.getFirst().dimension();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            OrtSession session = environment.createSession(ProductGraph.of(columns), options);
            return new VectorProduct(dimension, columns.size(), maxRows, environment, session);
        } catch (OrtException e) {
            throw failed("to open a product with " + columns.size() + " vectors of dimension " + dimension, e);
        }
    }

    /// Returns the number of columns.
    public int columns() {
        return columns;
    }

    /// Returns the maximum number of vectors of a product.
    public int maxRows() {
        return maxRows;
    }

    /// Returns how far a product may be from the exact dot product of the two float32 vectors.
    ///
    /// Any order of summation, with or without fused multiply-add, has an error of at most n·u / (1 - n·u) · Σ|x·y|
    /// (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.1); by Cauchy-Schwarz, the
    /// sum is at most 1 for unit vectors. The factor 1.001 covers their rounded lengths and subnormal numbers.
    public double errorBound() {
        double roundoffs = dimension * UNIT_ROUNDOFF;
        return 1.001 * roundoffs / (1 - roundoffs);
    }

    /// Computes the products of some vectors with all columns; [#products] reads them.
    ///
    /// @param rows at most [#maxRows()], of the columns' dimension; an empty list does nothing
    /// @throws IllegalArgumentException if there are more, or a dimension differs
    /// @throws IllegalStateException    if ONNX Runtime fails
    public void multiply(List<Embedding> rows) {
        if (rows.size() > maxRows) {
            throw new IllegalArgumentException(
                    "Expected at most " + maxRows + " vectors, found " + rows.size() + ". Pass them in blocks.");
        }
        if (rows.isEmpty()) {
            return;
        }
        rowBuffer.clear();
        for (Embedding row : rows) {
            if (row.dimension() != dimension) {
                throw new IllegalArgumentException("Expected vectors of dimension " + dimension + ", found "
                        + row.dimension() + ". Multiply vectors of one model.");
            }
            row.writeTo(rowBuffer);
        }
        multiplyAgain(rows.size());
    }

    /// Computes the products of the vectors of the last [#multiply] once more, to measure the product alone.
    ///
    /// @param rows how many of them, at least 1
    /// @throws IllegalStateException if ONNX Runtime fails
    public void multiplyAgain(int rows) {
        rowBuffer.clear().limit(rows * dimension);
        productBuffer.clear().limit(rows * columns);
        try (OnnxTensor left = OnnxTensor.createTensor(environment, rowBuffer, new long[] {rows, dimension});
                OnnxTensor product = OnnxTensor.createTensor(environment, productBuffer, new long[] {rows, columns});
                OrtSession.Result _ = session.run(
                        Map.of(ProductGraph.ROWS, left), Set.of(), Map.of(ProductGraph.PRODUCTS, product))) {
            // the result is in the buffer
        } catch (OrtException e) {
            throw failed("a product of " + rows + " vectors with " + columns + " others", e);
        }
    }

    /// Copies the products of one vector of the last [#multiply] with all columns.
    ///
    /// @param row  place of the vector in the last list
    /// @param into at least [#columns()] values
    public void products(int row, float[] into) {
        productBuffer.get(row * columns, into, 0, columns);
    }

    private static FloatBuffer floats(long count) {
        return ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static IllegalStateException failed(String expected, OrtException e) {
        return new IllegalStateException("Expected " + expected + ", found " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed("to close a session", e);
        }
    }
}
