package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.RejectionReason;

/// The outcome of embedding a medium: a vector or a rejection.
public sealed interface Outcome {

    /// The medium was embedded.
    ///
    /// @param embedding the vector
    /// @param width     width of the image after orientation and before resizing, in pixels, at least 1
    /// @param height    height of the image after orientation and before resizing, in pixels, at least 1
    record Embedded(Embedding embedding, int width, int height) implements Outcome {
        public Embedded {
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "Expected an image of at least 1 x 1 pixels, found " + width + " x " + height);
            }
        }
    }

    /// The medium was rejected.
    ///
    /// @param reason  the reason, for machines
    /// @param message for people: what was expected, what was found, what to do
    record Rejected(RejectionReason reason, String message) implements Outcome {}
}
