package dev.clipstream.topology.gate;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.MediaEmbedded;

/// Reads the vectors of `media.embedded`.
public final class EventVectors {
    private EventVectors() {}

    /// Returns the vector of an event.
    ///
    /// @param model the model of the event's fingerprint
    /// @throws IllegalArgumentException if the vector does not have the model's dimension, or its length is not
    ///         above 0 and finite; the message suits a rejection as `bad-vector`
    public static Embedding read(MediaEmbedded event, ModelIdentity model) {
        int bytes = Float.BYTES * model.dimension();
        if (event.getDimension() != model.dimension() || event.getVector().remaining() != bytes) {
            throw new IllegalArgumentException("Expected a vector of dimension " + model.dimension() + " in " + bytes
                    + " bytes, found dimension " + event.getDimension() + " in "
                    + event.getVector().remaining() + " bytes. Embed the medium again.");
        }
        try {
            return Embedding.fromLittleEndian(event.getVector());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Expected a vector of finite length above 0, found one that is zero or not finite. Embed the medium"
                            + " again.",
                    e);
        }
    }
}
