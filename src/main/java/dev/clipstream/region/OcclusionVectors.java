package dev.clipstream.region;

import dev.clipstream.clip.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/// The vectors of the inputs of [Occlusion], in half precision. Immutable and equal by value.
///
/// The wire form, which `MediaEmbedded.occlusion` carries, is 49 vectors of `dimension` little-endian IEEE-754 float16
/// values, row by row of the grid. NumPy: `frombuffer(bytes, "<f2").reshape(7, 7, -1)`. Half precision changes a cosine
/// by about 0.00001, a hundredth of what a part that matters changes.
public final class OcclusionVectors {
    private final short[] values;
    private final int dimension;

    private OcclusionVectors(short[] values, int dimension) {
        this.values = values;
        this.dimension = dimension;
    }

    /// Returns the vectors in half precision.
    ///
    /// @param vectors one for each cell, all of one dimension
    public static OcclusionVectors of(List<Embedding> vectors) {
        if (vectors.size() != Occlusion.CELLS) {
            throw new IllegalArgumentException("Expected a vector for each of " + Occlusion.CELLS + " cells, found "
                    + vectors.size() + ". Embed all inputs of the image.");
        }
        int dimension = vectors.getFirst().dimension();
        short[] values = new short[Occlusion.CELLS * dimension];
        int to = 0;
        for (Embedding vector : vectors) {
            if (vector.dimension() != dimension) {
                throw new IllegalArgumentException("Expected vectors of dimension " + dimension + ", found "
                        + vector.dimension() + ". Embed all inputs with one model.");
            }
            for (float value : vector.toArray()) {
                values[to++] = Float.floatToFloat16(value);
            }
        }
        return new OcclusionVectors(values, dimension);
    }

    /// Returns the size of the wire form in bytes.
    ///
    /// @param dimension of the model's vectors
    public static int bytes(int dimension) {
        return Math.multiplyExact(Occlusion.CELLS * Short.BYTES, dimension);
    }

    /// Reads the wire form.
    ///
    /// @param bytes     from position to limit; not changed
    /// @param dimension of the model's vectors, at least 1
    /// @throws IllegalArgumentException if there are not 49 vectors of that dimension
    public static OcclusionVectors fromLittleEndian(ByteBuffer bytes, int dimension) {
        if (bytes.remaining() != bytes(dimension)) {
            throw new IllegalArgumentException("Expected " + Occlusion.CELLS + " vectors of dimension " + dimension
                    + " in " + bytes(dimension) + " bytes, found " + bytes.remaining()
                    + " bytes. Embed the medium again.");
        }
        short[] values = new short[Occlusion.CELLS * dimension];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
        return new OcclusionVectors(values, dimension);
    }

    /// Returns the wire form in a new array-backed buffer.
    public ByteBuffer toLittleEndian() {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(values);
        return bytes;
    }

    /// Returns the number of values of each vector.
    public int dimension() {
        return dimension;
    }

    /// Returns the product of each vector with another one, row by row of the grid.
    double[] products(float[] with) {
        double[] products = new double[Occlusion.CELLS];
        for (int cell = 0, at = 0; cell < products.length; cell++) {
            double sum = 0;
            for (int d = 0; d < dimension; d++, at++) {
                sum += (double) Float.float16ToFloat(values[at]) * with[d];
            }
            products[cell] = sum;
        }
        return products;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OcclusionVectors that
                && dimension == that.dimension
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "OcclusionVectors[" + Occlusion.CELLS + " x " + dimension + "]";
    }
}
