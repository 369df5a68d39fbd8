package dev.clipstream.train.tower;

/// The operators of a tower. A tower calls them in order; the implementation decides the result: the shapes of the
/// weights ([WeightDeclaration]), their values (the engine), or the nodes of a graph (the export).
///
/// Weights are identified by name. Shapes: images `[batch, channels, height, width]`, tokens `[batch, length,
/// width]`, vectors `[batch, width]`, ids `[batch, length]`.
///
/// @param <T> a value in the tower
public interface Operators<T> {

    /// Convolution without bias, padded by half the kernel, followed by batch normalization.
    ///
    /// @param channels of the result
    /// @param kernel   side of the square kernel, odd
    /// @param stride   1 or 2
    T convolution(T pictures, String name, int channels, int kernel, int stride);

    /// Splits images into patches of `side` pixels and projects each: tokens `[batch, patches, width]`, row-major.
    T patches(T pictures, String name, int side, int width);

    /// ReLU.
    T relu(T value);

    /// GELU: x · Φ(x), exact.
    T gelu(T value);

    /// Adds two values of the same shape.
    T add(T one, T other);

    /// Global average pooling: images to vectors.
    T meanOfPixels(T pictures);

    /// Mean over tokens: tokens to vectors.
    T meanOfTokens(T tokens);

    /// Linear layer `x · W + b` with `W` stored as `[from, width]`.
    ///
    /// @param gain the initial standard deviation of the weights, multiplied by the square root of the fan-in
    T linear(T value, String name, int width, double gain);

    /// Layer normalization over the last dimension.
    T layerNorm(T value, String name);

    /// Looks up the vector of each token id.
    ///
    /// @param count     number of ids
    /// @param deviation initial standard deviation of the vectors' elements
    T embedding(T ids, String name, int count, int width, double deviation);

    /// Adds a learned position embedding to each token.
    ///
    /// @param length maximum number of tokens
    T positions(T tokens, String name, int length);

    /// Multi-head attention `softmax(q · kᵀ / √d) · v` on one projection to three times the width. Padding tokens
    /// are masked.
    ///
    /// @param qkv   `[batch, length, 3 · heads · width]`
    /// @param width of a head
    T attention(T qkv, Filling<T> filling, int heads, int width);

    /// Selects the first token: tokens to vectors.
    T first(T tokens);

    /// Mean over the tokens that are not padding: tokens to vectors.
    T meanOfKnown(T tokens, Filling<T> filling);

    /// Marks padding tokens.
    ///
    /// @param <T> a value in the tower
    sealed interface Filling<T> {
        /// No padding.
        record None<T>() implements Filling<T> {}

        /// Padding by a mask.
        ///
        /// @param mask `[batch, length]`: 1 for a token, 0 for padding
        record Mask<T>(T mask) implements Filling<T> {}
    }
}
