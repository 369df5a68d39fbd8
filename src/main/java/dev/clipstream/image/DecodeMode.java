package dev.clipstream.image;

import java.util.Locale;

/// How much of a JPEG is decoded.
public enum DecodeMode {
    /// At the smallest DCT scale, a quarter at the least, that leaves at least 2.25 samples for each of the
    /// model's, then resized exactly: 1 - cosine to [#EXACT] at most 1e-5, up to six times faster.
    FAST,
    /// Every pixel: equal to Pillow to the last bit.
    EXACT;

    /// As settings and commands take it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
