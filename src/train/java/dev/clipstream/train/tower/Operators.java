package dev.clipstream.train.tower;

/// What a tower is made of. A tower calls these in order; what comes of it is the implementation's: the shapes of the
/// weights ([WeightDeclaration]), the values (the engine's), or the nodes of a graph (the export's).
///
/// Weights are known by name. Shapes: pictures `[batch, channels, height, width]`, tokens `[batch, length, width]`,
/// vectors `[batch, width]`, ids `[batch, length]`.
///
/// @param <T> a value on its way through the tower
public interface Operators<T> {

    /// Convolution without bias, then batch normalisation; filled up with zeros by half the kernel.
    ///
    /// @param channels of the result
    /// @param kernel   side of the square kernel, odd
    /// @param stride   1 or 2
    T convolution(T pictures, String name, int channels, int kernel, int stride);

    /// Cuts pictures into squares of `side` pixels and projects each: tokens `[batch, squares, width]`, row by row.
    T patches(T pictures, String name, int side, int width);

    /// Each value, or 0 where it is negative.
    T relu(T value);

    /// x · Φ(x), exact.
    T gelu(T value);

    /// The sum of two values of one shape.
    T add(T one, T other);

    /// The mean over height and width: pictures to vectors.
    T meanOfPixels(T pictures);

    /// The mean over tokens: tokens to vectors.
    T meanOfTokens(T tokens);

    /// `x · W + b`, `W` stored `[from, width]`.
    ///
    /// @param gain the weights' standard deviation at the start, times the root of what comes in
    T linear(T value, String name, int width, double gain);

    /// Layer normalisation over the last dimension.
    T layerNorm(T value, String name);

    /// The vector of each token id.
    ///
    /// @param count     of ids that there are
    /// @param deviation of the vectors' elements at the start
    T embedding(T ids, String name, int count, int width, double deviation);

    /// Adds to each token the vector of its place.
    ///
    /// @param length most tokens there can be
    T positions(T tokens, String name, int length);

    /// `softmax(q · kᵀ / √d) · v` in `heads` heads, of one projection to three times the width; tokens of the filling
    /// are not looked at.
    ///
    /// @param qkv   `[batch, length, 3 · heads · width]`
    /// @param width of a head
    T attention(T qkv, Filling<T> filling, int heads, int width);

    /// The first token of each: tokens to vectors.
    T first(T tokens);

    /// The mean of the tokens that are no filling: tokens to vectors.
    T meanOfKnown(T tokens, Filling<T> filling);

    /// Which tokens only fill up the batch.
    ///
    /// @param <T> a value on its way through the tower
    sealed interface Filling<T> {
        /// All tokens count.
        record None<T>() implements Filling<T> {}

        /// @param mask `[batch, length]`: 1 a token, 0 filling
        record Mask<T>(T mask) implements Filling<T> {}
    }
}
