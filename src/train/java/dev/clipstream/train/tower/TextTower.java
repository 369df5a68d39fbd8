package dev.clipstream.train.tower;

/// A transformer over word pieces that is read at the first token, plus the mean of the word vectors.
///
/// The mean lets words match images before the transformer has learned to read sentences. Without it, a small tower
/// learns colours and counts first, and objects very late.
///
/// @param vocabulary number of token ids
/// @param length     maximum number of tokens of a text
/// @param layers     of the transformer
/// @param heads      of its attention
/// @param dimension  of the features and of a token's vector
public record TextTower(int vocabulary, int length, int layers, int heads, int dimension) {

    public TextTower {
        if (vocabulary < 1 || length < 2) {
            throw new IllegalArgumentException(
                    "Expected a vocabulary and at least 2 tokens per text, found " + vocabulary + " and " + length);
        }
    }

    /// Returns the features.
    ///
    /// @param ids  `[batch, length]` of 64-bit integers
    /// @param mask `[batch, length]` of floats: 1 for a token, 0 for padding
    /// @return `[batch, dimension]`, not normalized
    public <T> T features(Operators<T> ops, T ids, T mask) {
        Operators.Filling<T> filling = new Operators.Filling.Mask<>(mask);
        T words = ops.embedding(ids, "text.words", vocabulary, dimension, 0.5);
        T read = new Transformer(layers, dimension, heads)
                .apply(ops, ops.positions(words, "text.positions", length), "text.transformer", filling);
        T sentence = ops.linear(ops.first(read), "text.head", dimension, 0.25);
        return ops.add(sentence, ops.meanOfKnown(words, filling));
    }
}
