package dev.clipstream.image.format;

/// Reads samples of 1, 2, 4 or 8 bits. The first sample is in the high bits of a byte, as in PNG, BMP and TIFF.
public final class PackedSamples {
    private PackedSamples() {}

    /// Returns a sample.
    ///
    /// @param row   samples that begin at its first byte
    /// @param index of the sample
    /// @param depth of a sample: 1, 2, 4 or 8 bits
    public static int at(byte[] row, int index, int depth) {
        int bit = index * depth;
        return (row[bit >> 3] & 0xFF) >> (8 - depth - (bit & 7)) & (1 << depth) - 1;
    }
}
