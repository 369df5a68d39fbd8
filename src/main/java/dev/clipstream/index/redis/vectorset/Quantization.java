package dev.clipstream.index.redis.vectorset;

/// How a vector set keeps the values of a vector.
public enum Quantization {
    /// One byte for a value; cosines are off by about 0.002.
    Q8,
    /// Four bytes for a value, unchanged.
    NOQUANT
}
