package dev.clipstream.index.redis.query;

import dev.clipstream.clip.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How the query engine keeps the values of a vector: as a little-endian blob without a header.
public enum VectorType {
    /// Four bytes for a value, unchanged.
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
    /// Two bytes for a value, IEEE 754 binary16; cosines are off by about 0.0005. Servers have it since 2024.
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
            return Embedding.normalize(values); // rounding changed its length
        }
    };

    private final int bytes;

    VectorType(int bytes) {
        this.bytes = bytes;
    }

    /// Returns the number of bytes of a value.
    int bytes() {
        return bytes;
    }

    /// Returns the blob of a vector, for a hash or a query.
    abstract byte[] write(Embedding vector);

    /// Reads the blob of a hash.
    abstract Embedding read(byte[] blob);
}
