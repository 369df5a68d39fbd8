package dev.clipstream.clip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A vector of unit L2 length in a model's shared space of pictures and texts.
///
/// Immutable, equal by value. Every way in normalises, since exports differ in whether they do; it is
/// harmless twice. Only embeddings of one model fingerprint compare.
public final class Embedding {
    private final float[] values;

    private Embedding(float[] values) {
        this.values = values;
    }

    /// The unit vector in the direction of `values`.
    ///
    /// @param values as the model gave them, at least one, all finite, not all zero; copied
    /// @throws IllegalArgumentException if there is no such direction
    public static Embedding normalize(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        if (!(length > 0) || Double.isInfinite(length)) {
            throw new IllegalArgumentException("A vector of finite length above 0 was expected, found length " + length
                    + " over " + values.length + " values: check the model's output and its input's values");
        }
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / length);
        }
        return new Embedding(unit);
    }

    /// Reads the wire form of `MediaEmbedded.vector`.
    ///
    /// @param bytes little-endian IEEE-754 float32 from position to limit, a multiple
    ///              of 4; left as it is
    /// @throws IllegalArgumentException if the length is no positive multiple of 4, or the
    ///                                  vector has no direction
    public static Embedding fromLittleEndian(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length == 0 || length % Float.BYTES != 0) {
            throw new IllegalArgumentException("A vector of float32 values was expected, found " + length
                    + " bytes, which is no positive multiple of 4");
        }
        float[] values = new float[length / Float.BYTES];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return normalize(values);
    }

    /// The wire form: [#dimension()] little-endian IEEE-754 float32 values in a new array-backed buffer.
    public ByteBuffer toLittleEndian() {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    /// Number of values.
    public int dimension() {
        return values.length;
    }

    /// A copy of the values.
    public float[] toArray() {
        return values.clone();
    }

    /// The cosine of the angle to another embedding: the dot product, since both have
    /// unit length. -1 to 1.
    ///
    /// @throws IllegalArgumentException if the dimensions differ
    public double cosine(Embedding other) {
        if (values.length != other.values.length) {
            throw new IllegalArgumentException("A vector of dimension " + values.length + " was expected, found "
                    + other.values.length + ": both must come from the same model");
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (double) values[i] * other.values[i];
        }
        return Math.clamp(sum, -1.0, 1.0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Embedding[" + values.length + "]";
    }
}
