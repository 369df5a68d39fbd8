package dev.clipstream.image.jpeg;

import dev.clipstream.image.format.Cmyk;

/// Converts a JPEG's raw components to RGB with libjpeg's integer arithmetic (16 fractional bits), and CMYK with
/// Pillow's.
final class JpegColours {
    private static final int HALF = 1 << 15;
    private static final int RED_OF_CR = 91881;
    private static final int BLUE_OF_CB = 116130;
    private static final int GREEN_OF_CR = -46802;
    private static final int GREEN_OF_CB = -22554;

    private JpegColours() {}

    /// Returns interleaved RGB.
    ///
    /// @param colours what the components mean
    /// @param raw     interleaved samples; returned itself if it is RGB already
    /// @param pixels  number of pixels in `raw`
    static byte[] toRgb(JpegFile.Colours colours, byte[] raw, int pixels) {
        byte[] rgb = colours == JpegFile.Colours.RGB ? raw : new byte[pixels * 3];
        switch (colours) {
            case GREY -> {
                for (int i = 0; i < pixels; i++) {
                    rgb[3 * i] = raw[i];
                    rgb[3 * i + 1] = raw[i];
                    rgb[3 * i + 2] = raw[i];
                }
            }
            case YCBCR -> {
                for (int at = 0; at < rgb.length; at += 3) {
                    ycc(raw, at, rgb, at);
                }
            }
            case CMYK -> {
                // Adobe writes inverted ink, and Pillow treats every CMYK JPEG as Adobe's
                for (int i = 0; i < pixels; i++) {
                    int ink = 255 - (raw[4 * i + 3] & 0xFF);
                    for (int channel = 0; channel < 3; channel++) {
                        rgb[3 * i + channel] = Cmyk.rgb(255 - (raw[4 * i + channel] & 0xFF), ink);
                    }
                }
            }
            case PLAIN_CMYK -> {
                for (int i = 0; i < pixels; i++) {
                    for (int channel = 0; channel < 3; channel++) {
                        rgb[3 * i + channel] = Cmyk.rgb(raw[4 * i + channel] & 0xFF, raw[4 * i + 3] & 0xFF);
                    }
                }
            }
            case YCCK -> {
                for (int i = 0; i < pixels; i++) {
                    ycc(raw, 4 * i, rgb, 3 * i);
                    int ink = 255 - (raw[4 * i + 3] & 0xFF);
                    for (int at = 3 * i; at < 3 * i + 3; at++) {
                        // libjpeg gives C, M, Y as 255 - rgb; inverted, as Adobe's, that is rgb itself
                        rgb[at] = Cmyk.rgb(rgb[at] & 0xFF, ink);
                    }
                }
            }
            case RGB -> {}
        }
        return rgb;
    }

    /// Replaces repeated chroma rows by the values that libjpeg-turbo interpolates: three parts of the row itself
    /// and one part of the nearest neighbour. The JDK's older libjpeg interpolates columns, but not rows alone.
    ///
    /// @param raw luma and two chroma samples for each pixel; changed in place
    static void interpolateRows(byte[] raw, int width, int height) {
        int stride = width * 3;
        byte[] above = new byte[stride];
        byte[] own = new byte[stride];
        byte[] below = new byte[stride];
        System.arraycopy(raw, 0, own, 0, stride);
        System.arraycopy(own, 0, above, 0, stride);
        for (int y = 0; y < height; y += 2) {
            System.arraycopy(raw, Math.min(y + 2, (height - 1) / 2 * 2) * stride, below, 0, stride);
            for (int i = 0; i < stride; i++) {
                if (i % 3 != 0) {
                    int three = 3 * (own[i] & 0xFF);
                    raw[y * stride + i] = (byte) ((three + (above[i] & 0xFF) + 1) >> 2);
                    if (y + 1 < height) {
                        raw[(y + 1) * stride + i] = (byte) ((three + (below[i] & 0xFF) + 2) >> 2);
                    }
                }
            }
            byte[] free = above;
            above = own;
            own = below;
            below = free;
        }
    }

    private static void ycc(byte[] raw, int from, byte[] rgb, int to) {
        int luma = raw[from] & 0xFF;
        int cb = (raw[from + 1] & 0xFF) - 128;
        int cr = (raw[from + 2] & 0xFF) - 128;
        rgb[to] = clip(luma + ((RED_OF_CR * cr + HALF) >> 16));
        rgb[to + 1] = clip(luma + ((GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF) >> 16));
        rgb[to + 2] = clip(luma + ((BLUE_OF_CB * cb + HALF) >> 16));
    }

    private static byte clip(int sample) {
        return (byte) Math.clamp(sample, 0, 255);
    }
}
