package dev.clipstream.image.format;

/// Pixels in an array.
public final class HeapPixels extends Pixels {
    private final byte[] rgb;

    /// @param width  in pixels, at least 1
    /// @param height in pixels, at least 1
    /// @param rgb    `height` rows of `width` pixels, three bytes for each; the caller must not change it
    ///               afterwards
    public HeapPixels(int width, int height, byte[] rgb) {
        super(width, height);
        this.rgb = rgb;
    }

    @Override
    public void row(int y, int from, int to, byte[] out) {
        System.arraycopy(rgb, (y * width() + from) * 3, out, 0, (to - from) * 3);
    }
}
