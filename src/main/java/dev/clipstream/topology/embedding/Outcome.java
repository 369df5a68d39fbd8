package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.RejectionReason;

/// What became of a medium: its vector, or why it has none.
public sealed interface Outcome {

    /// @param embedding the vector
    /// @param width     of the picture as seen, before resizing, in pixels, at least 1
    /// @param height    of the picture as seen, before resizing, in pixels, at least 1
    record Embedded(Embedding embedding, int width, int height) implements Outcome {
        public Embedded {
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "A picture of at least 1 x 1 was expected, found " + width + " x " + height);
            }
        }
    }

    /// @param reason  why, for machines
    /// @param message why, for people
    record Rejected(RejectionReason reason, String message) implements Outcome {}
}
