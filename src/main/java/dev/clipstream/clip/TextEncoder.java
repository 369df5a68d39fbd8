package dev.clipstream.clip;

import java.util.List;

/// Texts to unit vectors: the text tower with its tokenizer. Safe for use by many threads.
public interface TextEncoder {

    /// Embeds texts, in batches of the encoder's own choosing.
    ///
    /// @param texts any number, each any length; longer ones than the model takes are cut,
    ///              their end token kept
    /// @return one embedding a text, in the same order
    List<Embedding> encode(List<String> texts);
}
