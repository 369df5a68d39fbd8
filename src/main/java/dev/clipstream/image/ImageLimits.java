package dev.clipstream.image;

/// The limits for an image, which is hostile. They are checked before any pixel is allocated.
///
/// @param maxBytes        most bytes of the encoded image, at least 1
/// @param maxPixels       most pixels of the decoded image, width times height, at least 1
/// @param maxDecodeMemory most bytes that all decodes of a preprocessor hold together, at least 1; an image that
///                        needs more than that on the heap is rejected
public record ImageLimits(long maxBytes, long maxPixels, long maxDecodeMemory) {

    /// 32 MiB, 100 megapixels, and half of the heap.
    public static final ImageLimits DEFAULT = new ImageLimits(32L << 20, 100_000_000L);

    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1 || maxDecodeMemory < 1) {
            throw new IllegalArgumentException("Expected limits of at least 1 byte, 1 pixel and 1 byte of memory,"
                    + " found " + maxBytes + ", " + maxPixels + " and " + maxDecodeMemory + ". Correct them.");
        }
    }

    /// Creates limits with half of the heap for decoding.
    public ImageLimits(long maxBytes, long maxPixels) {
        this(maxBytes, maxPixels, Runtime.getRuntime().maxMemory() / 2);
    }
}
