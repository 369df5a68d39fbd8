package dev.clipstream.label;

import dev.clipstream.clip.Embedding;
import java.util.Optional;

/// Finds the vectors of examples that a label set file names by a picture or a medium.
public interface ExampleVectors {
    /// Finds none: refuses pictures and media.
    ExampleVectors NONE = new ExampleVectors() {
        @Override
        public Optional<String> modelFingerprint() {
            return Optional.empty();
        }

        @Override
        public Embedding image(String path) {
            throw new IllegalArgumentException("expected the vector of the example, found the picture "
                    + FieldChecks.quote(path) + ": apply the file with clipstream labels apply, which computes it");
        }

        @Override
        public Embedding medium(String mediaId) {
            throw new IllegalArgumentException("expected the vector of the example, found the medium "
                    + FieldChecks.quote(mediaId) + ": apply the file with clipstream labels apply --index");
        }
    };

    /// Returns the model of the vectors; empty: no example has a vector.
    Optional<String> modelFingerprint();

    /// Returns the vector of a picture.
    ///
    /// @param path relative to the folder of the label set file, or absolute
    /// @throws IllegalArgumentException if it cannot be read; the message says what was expected, what was found and
    ///         what to do
    Embedding image(String path);

    /// Returns the vector of a medium.
    ///
    /// @throws IllegalArgumentException if it is not in the index; the message says what was expected, what was found
    ///         and what to do
    Embedding medium(String mediaId);
}
