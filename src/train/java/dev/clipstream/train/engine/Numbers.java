package dev.clipstream.train.engine;

import ai.djl.ndarray.NDArray;

/// Multiplication by a constant that is safe for backpropagation.
///
/// DJL 0.36's `mul(Number)` and `div(Number)` put the constant into memory that Java owns and release it at once,
/// while the engine keeps its address for the gradient. A garbage collection between the forward and the backward
/// pass then multiplies the gradient by arbitrary data. Here the constant lives as long as the array.
final class Numbers {
    private Numbers() {}

    /// Multiplies an array by a constant.
    ///
    /// @param factor rounded to float32
    static NDArray times(NDArray array, double factor) {
        return array.mul(array.getManager().create((float) factor));
    }
}
