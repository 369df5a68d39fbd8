package dev.clipstream.clip;

/// Turns a text into the token ids that a model's own tokenizer gives.
///
/// Safe for use by many threads. Owns native memory until closed.
public interface ClipTokenizer extends AutoCloseable {

    /// Returns the tokenizer's kind as reports name it, like `OPENAI`.
    String kind();

    /// Returns the most tokens that a text may have, start and end token included.
    int length();

    /// Returns the token that fills up shorter texts.
    long pad();

    /// Returns the ids of a text with start and end token, without padding.
    ///
    /// @param text of any length; cut at [#length()] tokens so that the end token stays last
    long[] tokenize(String text);

    /// Returns whether a text has more tokens than [#length()], so that [#tokenize] cuts it.
    boolean cuts(String text);

    @Override
    void close();
}
