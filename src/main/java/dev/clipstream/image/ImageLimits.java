package dev.clipstream.image;

/// What a hostile picture may cost, checked before any pixel is allocated.
///
/// @param maxBytes        of the encoded picture
/// @param maxPixels       width times height of the decoded one
/// @param maxDecodeMemory bytes that all decodes of one preprocessor may hold together; a picture that needs more than
///                        all of it on the heap is refused
public record ImageLimits(long maxBytes, long maxPixels, long maxDecodeMemory) {

    /// 32 MiB, 100 megapixels, and half of the heap.
    public static final ImageLimits DEFAULT = new ImageLimits(32L << 20, 100_000_000L);

    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1 || maxDecodeMemory < 1) {
            throw new IllegalArgumentException("Limits of at least 1 byte, 1 pixel and 1 byte of memory were expected,"
                    + " found " + maxBytes + ", " + maxPixels + " and " + maxDecodeMemory + ": correct them");
        }
    }

    /// These limits, and half of the heap for decoding.
    public ImageLimits(long maxBytes, long maxPixels) {
        this(maxBytes, maxPixels, Runtime.getRuntime().maxMemory() / 2);
    }
}
