package dev.clipstream.topology.gate;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.MediaEmbedded;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/// Reads the vectors of `media.embedded`.
public final class EventVectors {
    /// Accepts what rounding to half precision changes, and no vector that was not normalised.
    private static final double MAX_DEVIATION = 0.01;

    private EventVectors() {}

    /// Returns the vector of an event.
    ///
    /// @param model the model of the event's fingerprint
    /// @throws IllegalArgumentException if the vector does not have the model's dimension, or its length is not
    ///         1; the message suits a rejection as `bad-vector`
    public static Embedding read(MediaEmbedded event, ModelIdentity model) {
        int bytes = Float.BYTES * model.dimension();
        if (event.getDimension() != model.dimension() || event.getVector().remaining() != bytes) {
            throw new IllegalArgumentException("Expected a vector of dimension " + model.dimension() + " in " + bytes
                    + " bytes, found dimension " + event.getDimension() + " in "
                    + event.getVector().remaining() + " bytes. Embed the medium again.");
        }
        double length = length(event.getVector());
        if (!(Math.abs(length - 1) <= MAX_DEVIATION)) {
            throw new IllegalArgumentException("Expected a vector of length 1, found length " + length
                    + ". Divide its values by its length, or embed the medium again.");
        }
        return Embedding.fromLittleEndian(event.getVector());
    }

    private static double length(ByteBuffer vector) {
        FloatBuffer values = vector.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        double squares = 0;
        while (values.hasRemaining()) {
            double value = values.get();
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
