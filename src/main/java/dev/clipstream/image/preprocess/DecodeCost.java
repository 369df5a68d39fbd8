package dev.clipstream.image.preprocess;

/// How much decoding an image costs, by its header. Each class costs about eight times the one before.
///
/// The measure is the pixels to decode: a JPEG that is reduced while it is decoded counts a half or a quarter of its
/// pixels. Formats differ by a factor of up to four at the same number of pixels.
public enum DecodeCost {
    /// Below 512 Ki pixels, such as a thumbnail, or a JPEG of 1600 x 1200 that is reduced: a few milliseconds.
    SMALL,
    /// Below 4 Mi pixels, such as a JPEG of 12 megapixels that is reduced: some tens of milliseconds.
    MEDIUM,
    /// Below 32 Mi pixels: some hundreds of milliseconds.
    LARGE,
    /// 32 Mi pixels or more, such as a PNG of 100 megapixels: seconds.
    HUGE;

    private static final long SMALL_PIXELS = 1 << 19;
    private static final int STEP = 8;

    /// Returns whether images of this class may wait long while cheaper ones overtake them.
    public boolean isCostly() {
        return compareTo(LARGE) >= 0;
    }

    static DecodeCost of(long pixels) {
        long limit = SMALL_PIXELS;
        for (DecodeCost cost : values()) {
            if (pixels < limit) {
                return cost;
            }
            limit *= STEP;
        }
        return HUGE;
    }
}
