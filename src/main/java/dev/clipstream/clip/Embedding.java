package dev.clipstream.clip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/// A vector of unit L2 length in a model's common space of images and texts.
///
/// Immutable and equal by value. All factory methods normalize, because only some exported models do. Only embeddings
/// of the same model fingerprint are comparable.
public final class Embedding {
    /// Rounding to float changes the length of a unit vector by less than this. Such a vector is kept as it is, so that
    /// reading what was written gives equal values.
    private static final double UNIT_TOLERANCE = 0x1p-23;

    private final float[] values;

    private Embedding(float[] values) {
        this.values = values;
    }

    /// Returns the unit vector in the direction of `values`.
    ///
    /// @param values a model's output: at least one value, all finite, not all zero; copied
    /// @throws IllegalArgumentException if the values have no direction
    public static Embedding normalize(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        if (!(length > 0) || Double.isInfinite(length)) {
            throw new IllegalArgumentException("Expected a vector of finite length above 0, found length " + length
                    + " over " + values.length + " values. Check the model's output and its input");
        }
        if (Math.abs(length - 1) <= UNIT_TOLERANCE) {
            return new Embedding(values.clone());
        }
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / length);
        }
        return new Embedding(unit);
    }

    /// Reads the wire form of `MediaEmbedded.vector`.
    ///
    /// @param bytes little-endian IEEE-754 float32 from position to limit, a positive multiple of 4; not changed
    /// @throws IllegalArgumentException if the length is not a positive multiple of 4, or the vector has no direction
    public static Embedding fromLittleEndian(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length == 0 || length % Float.BYTES != 0) {
            throw new IllegalArgumentException("Expected a vector of float32 values, found " + length
                    + " bytes, which is not a positive multiple of 4");
        }
        float[] values = new float[length / Float.BYTES];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return normalize(values);
    }

    /// Returns the wire form: [#dimension()] little-endian IEEE-754 float32 values in a new array-backed buffer.
    public ByteBuffer toLittleEndian() {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    /// Returns the number of values.
    public int dimension() {
        return values.length;
    }

    /// Returns a copy of the values.
    public float[] toArray() {
        return values.clone();
    }

    /// Writes the values to a buffer, at its position.
    public void writeTo(FloatBuffer buffer) {
        buffer.put(values);
    }

    /// Returns the cosine of the angle to another embedding, from -1 to 1. It is the dot product, since both have
    /// unit length.
    ///
    /// @throws IllegalArgumentException if the dimensions differ
    public double cosine(Embedding other) {
        float[] others = valuesOf(other);
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (double) values[i] * others[i];
        }
        return Math.clamp(sum, -1.0, 1.0);
    }

    /// Writes the cosines of the angles to other embeddings, each the same to the last bit as [#cosine] returns.
    ///
    /// Adds to four sums in turn: an addition waits for the previous one to the same sum, but not for the others.
    ///
    /// @param others at most as many as `into` has values
    /// @throws IllegalArgumentException if a dimension differs
    public void cosines(List<Embedding> others, double[] into) {
        int last = others.size() - 1;
        for (int start = 0; start <= last; start += 4) {
            float[] first = valuesOf(others.get(start));
            float[] second = valuesOf(others.get(Math.min(start + 1, last)));
            float[] third = valuesOf(others.get(Math.min(start + 2, last)));
            float[] fourth = valuesOf(others.get(Math.min(start + 3, last)));
            double sum1 = 0;
            double sum2 = 0;
            double sum3 = 0;
            double sum4 = 0;
            for (int i = 0; i < values.length; i++) {
                double value = values[i];
                sum1 += value * first[i];
                sum2 += value * second[i];
                sum3 += value * third[i];
                sum4 += value * fourth[i];
            }
            // places beyond the last repeat it
            into[start] = Math.clamp(sum1, -1.0, 1.0);
            into[Math.min(start + 1, last)] = Math.clamp(sum2, -1.0, 1.0);
            into[Math.min(start + 2, last)] = Math.clamp(sum3, -1.0, 1.0);
            into[Math.min(start + 3, last)] = Math.clamp(sum4, -1.0, 1.0);
        }
    }

    private float[] valuesOf(Embedding other) {
        if (values.length != other.values.length) {
            throw new IllegalArgumentException("Expected a vector of dimension " + values.length + ", found "
                    + other.values.length + ". Compare vectors of one model only");
        }
        return other.values;
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
