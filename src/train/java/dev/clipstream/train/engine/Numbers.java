package dev.clipstream.train.engine;

import ai.djl.ndarray.NDArray;

/// Multiplication by a number that the way back can rely on.
///
/// DJL 0.36's own `mul(Number)` and `div(Number)` put the number into memory that Java owns and give that memory free
/// at
/// once, while the engine keeps the number's address for the gradient: whenever Java collects its garbage between the
/// way forward and the way back, the gradient is multiplied by whatever lies there by then. Here the number lives as
/// long as the array that it is multiplied with.
final class Numbers {
    private Numbers() {}

    /// @param factor rounded to float32
    static NDArray times(NDArray array, double factor) {
        return array.mul(array.getManager().create((float) factor));
    }
}
