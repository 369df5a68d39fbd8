package dev.clipstream.image;

import java.util.Arrays;

/// A picture as 8-bit RGB.
///
/// Holds its array without a copy, since it is the currency between decoding, resizing and batching: whoever makes one
/// hands the array over and writes to it no more. Equal by value.
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] pixels;

    /// @param width  in pixels, at least 1
    /// @param height in pixels, at least 1
    /// @param pixels `height` rows of `width` pixels of red, green, blue (HWC), unsigned; handed over
    public RgbImage(int width, int height, byte[] pixels) {
        if (width < 1 || height < 1 || (long) width * height * 3 != pixels.length) {
            throw new IllegalArgumentException("Three bytes for each of " + width + " x " + height
                    + " pixels were expected, found " + pixels.length);
        }
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    /// Width in pixels.
    public int width() {
        return width;
    }

    /// Height in pixels.
    public int height() {
        return height;
    }

    /// The samples themselves, HWC, not a copy: read only.
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
