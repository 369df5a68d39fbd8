package dev.clipstream.image.webp;

/// Interpolates colour that was repeated over blocks of 2 x 2 pixels, as libwebp does: 9 parts of the block itself, 3
/// of each nearest neighbour, 1 of the diagonal one.
///
/// Works on RGB minus luma, which equals the chroma planes where nothing was clipped.
final class ChromaUpsampling {
    private static final int LUMA_BITS = 10;
    private static final int RED = 306;
    private static final int GREEN = 601;
    private static final int BLUE = 117;

    /// Colour differences are sums over a block of four pixels, weighted by sixteenths.
    private static final int PARTS = 4 * 16;

    private final int width;
    private final int height;
    private final byte[] rgb;
    private final int columns;
    private final int[] differences;

    private ChromaUpsampling(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
        this.columns = Math.ceilDiv(width, 2);
        this.differences = new int[columns * Math.ceilDiv(height, 2) * 3];
    }

    /// Interpolates the colour of an image in place.
    ///
    /// @param rgb three bytes for each pixel
    static void apply(int width, int height, byte[] rgb) {
        ChromaUpsampling upsampling = new ChromaUpsampling(width, height, rgb);
        upsampling.measure();
        upsampling.spread();
    }

    private int luma(int at) {
        return (RED * (rgb[at] & 0xFF)
                        + GREEN * (rgb[at + 1] & 0xFF)
                        + BLUE * (rgb[at + 2] & 0xFF)
                        + (1 << (LUMA_BITS - 1)))
                >> LUMA_BITS;
    }

    /// Sums the differences of each block. Counts edge pixels twice where the block exceeds the image.
    private void measure() {
        for (int y = 0; y < height; y++) {
            int timesY = y == height - 1 && y % 2 == 0 ? 2 : 1;
            for (int x = 0; x < width; x++) {
                int times = timesY * (x == width - 1 && x % 2 == 0 ? 2 : 1);
                int at = (y * width + x) * 3;
                int luma = luma(at);
                int block = (y / 2 * columns + x / 2) * 3;
                for (int channel = 0; channel < 3; channel++) {
                    differences[block + channel] += times * ((rgb[at + channel] & 0xFF) - luma);
                }
            }
        }
    }

    private void spread() {
        int rows = Math.ceilDiv(height, 2);
        for (int y = 0; y < height; y++) {
            int near = y / 2 * columns;
            int far = Math.clamp(y / 2 + (y % 2 == 0 ? -1 : 1), 0, rows - 1) * columns;
            for (int x = 0; x < width; x++) {
                int beside = Math.clamp(x / 2 + (x % 2 == 0 ? -1 : 1), 0, columns - 1);
                int at = (y * width + x) * 3;
                int luma = luma(at);
                for (int channel = 0; channel < 3; channel++) {
                    int mixed = 9 * differences[(near + x / 2) * 3 + channel]
                            + 3 * differences[(near + beside) * 3 + channel]
                            + 3 * differences[(far + x / 2) * 3 + channel]
                            + differences[(far + beside) * 3 + channel];
                    rgb[at + channel] = (byte) Math.clamp(luma + Math.floorDiv(mixed + PARTS / 2, PARTS), 0, 255);
                }
            }
        }
    }
}
