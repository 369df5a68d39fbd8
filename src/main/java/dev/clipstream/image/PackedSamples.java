package dev.clipstream.image;

/// Samples of 1, 2, 4 or 8 bits, the first in a byte's high bits, as PNG, BMP and TIFF pack them.
final class PackedSamples {
    private PackedSamples() {}

    /// @param row   whose samples begin at its first byte
    /// @param index of the sample
    /// @param depth 1, 2, 4 or 8 bits
    static int at(byte[] row, int index, int depth) {
        int bit = index * depth;
        return (row[bit >> 3] & 0xFF) >> (8 - depth - (bit & 7)) & (1 << depth) - 1;
    }
}
