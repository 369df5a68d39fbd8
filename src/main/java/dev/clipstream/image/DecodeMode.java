package dev.clipstream.image;

import java.util.Locale;

/// How much of a JPEG is decoded.
public enum DecodeMode {
    /// Decodes at the smallest DCT scale that leaves at least 2.25 samples for each sample of the model's input, but
    /// no less than a quarter, then resizes exactly. 1 - cosine to [#EXACT] is at most 1e-5, and it is up to six
    /// times faster.
    FAST,
    /// Decodes every pixel: equal to Pillow bit for bit.
    EXACT;

    /// Returns the name as settings and options take it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
