package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.OcclusionVectors;
import java.util.Optional;

/// The outcome of embedding a medium: a vector or a rejection.
public sealed interface Outcome {

    /// The medium was embedded.
    ///
    /// @param embedding the vector
    /// @param width     width of the image after orientation and before resizing, in pixels, at least 1
    /// @param height    height of the image after orientation and before resizing, in pixels, at least 1
    /// @param parts     the vectors of the image with one part covered; empty: not wanted, or the model failed on them
    record Embedded(Embedding embedding, int width, int height, Optional<Parts> parts) implements Outcome {

        /// The vectors of an image with one part covered.
        ///
        /// @param view the part of the image that the model sees
        public record Parts(OcclusionVectors vectors, ModelView view) {}

        /// A medium without the vectors of its parts.
        public Embedded(Embedding embedding, int width, int height) {
            this(embedding, width, height, Optional.empty());
        }

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
