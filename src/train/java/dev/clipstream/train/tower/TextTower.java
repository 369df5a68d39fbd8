package dev.clipstream.train.tower;

/// A transformer over word pieces, read at the first token, plus the mean of the word vectors.
///
/// The mean lets words find pictures before the transformer has learned to read sentences: without it, a small tower
/// learns colours and counts first, and objects very late.
///
/// @param vocabulary ids that there are
/// @param length     most tokens of a text
/// @param layers     of the transformer
/// @param heads      of its attention
/// @param dimension  of the features, and of a token's vector
public record TextTower(int vocabulary, int length, int layers, int heads, int dimension) {

    public TextTower {
        if (vocabulary < 1 || length < 2) {
            throw new IllegalArgumentException("A vocabulary and at least 2 tokens of a text were expected, found "
                    + vocabulary + " and " + length);
        }
    }

    /// @param ids  `[batch, length]` of 64-bit integers
    /// @param mask `[batch, length]` of floats: 1 a token, 0 filling
    /// @return `[batch, dimension]`, not normalised
    public <T> T features(Operators<T> ops, T ids, T mask) {
        Operators.Filling<T> filling = new Operators.Filling.Mask<>(mask);
        T words = ops.embedding(ids, "text.words", vocabulary, dimension, 0.5);
        T read = new Transformer(layers, dimension, heads)
                .apply(ops, ops.positions(words, "text.positions", length), "text.transformer", filling);
        T sentence = ops.linear(ops.first(read), "text.head", dimension, 0.25);
        return ops.add(sentence, ops.meanOfKnown(words, filling));
    }
}
