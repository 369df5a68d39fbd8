package dev.clipstream.image.format;

/// How far compressed pixels can expand. Decides, before anything is decoded, whether a file can hold the pixels that
/// its header announces.
///
/// A deflated row, an LZW code or a Huffman-coded block needs a known number of bits. Lossless WebP, jumps in a BMP,
/// and a canvas around a small frame need none, so for these the limit is a choice: libwebp stores a single colour at
/// up to 26,000 pixels for each byte.
public final class Expansion {
    /// Bytes from one byte of Deflate: the longest match is 258 bytes, in two codes of one bit each.
    public static final int DEFLATE = 1032;

    /// Bytes from one byte of LZW: at most 4,096 from a code of 12 bits.
    public static final int LZW = 2731;

    /// Pixels from one byte of Huffman-coded JPEG: a block of 64 pixels takes at least one bit.
    public static final int JPEG = 512;

    /// Pixels from one byte of lossy WebP: the prediction modes of 256 pixels take at least three bits.
    public static final int LOSSY_WEBP = 1024;

    /// Pixels from one byte where the format sets no limit.
    private static final int UNLIMITED = 1 << 15;

    /// Pixels that cost so little that no bytes are required for them.
    private static final int FREE_PIXELS = 1 << 20;

    private Expansion() {}

    /// Returns the fewest bytes for pixels that a format can store in no bits.
    public static long leastBytes(long pixels) {
        return Math.max(0, pixels - FREE_PIXELS) / UNLIMITED;
    }
}
