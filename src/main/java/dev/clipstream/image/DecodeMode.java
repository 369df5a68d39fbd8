package dev.clipstream.image;

/// How much of a JPEG is decoded.
public enum DecodeMode {
    /// At the smallest DCT scale whose short side is at least twice the model's, then resized exactly:
    /// 1 - cosine to [#EXACT] at most 1e-5, up to six times faster.
    FAST,
    /// Every pixel: equal to Pillow to the last bit.
    EXACT
}
