package dev.clipstream.image;

import java.util.Arrays;

/// An image as 8-bit RGB.
///
/// Holds its array without a copy, because it is passed between decoding, resizing and batching. The creator must not
/// change the array afterwards. Equality is by value.
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] pixels;

    /// @param width  in pixels, at least 1
    /// @param height in pixels, at least 1
    /// @param pixels `height` rows of `width` pixels of red, green, blue (HWC), unsigned; not copied
    public RgbImage(int width, int height, byte[] pixels) {
        if (width < 1 || height < 1 || (long) width * height * 3 != pixels.length) {
            throw new IllegalArgumentException("Expected three bytes for each of " + width + " x " + height
                    + " pixels, found " + pixels.length + " bytes.");
        }
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    /// Returns the width in pixels.
    public int width() {
        return width;
    }

    /// Returns the height in pixels.
    public int height() {
        return height;
    }

    /// Returns the samples themselves (HWC), not a copy. Read only.
    public byte[] pixels() {
        return pixels;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage that
                && width == that.width
                && height == that.height
                && Arrays.equals(pixels, that.pixels);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
