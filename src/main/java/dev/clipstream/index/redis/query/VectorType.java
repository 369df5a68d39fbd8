package dev.clipstream.index.redis.query;

import dev.clipstream.clip.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How the query engine keeps the values of a vector: as a blob, little-endian, without any header.
public enum VectorType {
    /// Four bytes a value, as they are.
    FLOAT32(Float.BYTES) {
        @Override
        byte[] write(Embedding vector) {
            return vector.toLittleEndian().array();
        }

        @Override
        Embedding read(byte[] blob) {
            return Embedding.fromLittleEndian(ByteBuffer.wrap(blob));
        }
    },
    /// Two bytes a value, IEEE 754 binary16; cosines are off by about 0.0005. Servers have it since 2024.
    FLOAT16(Short.BYTES) {
        @Override
        byte[] write(Embedding vector) {
            ByteBuffer blob =
                    ByteBuffer.allocate(vector.dimension() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : vector.toArray()) {
                blob.putShort(Float.floatToFloat16(value));
            }
            return blob.array();
        }

        @Override
        Embedding read(byte[] blob) {
            ByteBuffer halves = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
            float[] values = new float[blob.length / Short.BYTES];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.float16ToFloat(halves.getShort());
            }
            return Embedding.normalize(values); // rounding left it a little longer or shorter
        }
    };

    private final int bytes;

    VectorType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of a value.
    int bytes() {
        return bytes;
    }

    /// A vector as the index takes it, in a hash and in a query.
    abstract byte[] write(Embedding vector);

    /// The vector of a hash.
    abstract Embedding read(byte[] blob);
}
