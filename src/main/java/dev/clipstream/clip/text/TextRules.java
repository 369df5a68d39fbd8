package dev.clipstream.clip.text;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// How one family of models prepares texts: what a `tokenizer.json` leaves open or gets wrong.
public interface TextRules {

    /// Returns the tokenizer's name in reports and in fingerprints, like `OPENAI`. A released name never changes,
    /// since fingerprints change with it.
    String tokenizerKind();

    /// Returns the token that fills up shorter texts.
    long pad();

    /// Returns whether every text is filled up to the full length. Towers without a causal mask and without a mask
    /// input need that.
    boolean padsFully();

    /// Returns a text as the tokenizer must see it.
    String clean(String text);

    /// Replaces what the family decides about a `tokenizer.json`, such as its normalizer.
    ///
    /// @param tokenizer the file's content, changed in place; padding and truncation are already removed
    void adjust(ObjectNode tokenizer);

    /// Splits a text that the tokenizer would split differently from the family's original.
    ///
    /// @param clean as [#clean(String)] returns it
    /// @return the pieces to tokenize one by one; empty if the text is tokenized as a whole
    default Optional<List<String>> pieces(String clean) {
        return Optional.empty();
    }
}
