package dev.clipstream.clip;

import java.util.List;

/// Turns texts into unit vectors: the text tower with its tokenizer. Safe for use by many threads.
public interface TextEncoder {

    /// Embeds texts, in batches that the encoder forms itself.
    ///
    /// @param texts any number of any length; texts longer than the model takes are cut and keep their end token
    /// @return one embedding per text, in the same order
    List<Embedding> encode(List<String> texts);

    /// Returns whether a text is longer than the model takes, so that [#encode] cuts it. By default, texts of any
    /// length are whole.
    default boolean cuts(String text) {
        return false;
    }
}
