package dev.clipstream.image;

/// How a camera was held: the eight values of EXIF's tag 274, in their order from 1 on.
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    UPSIDE_DOWN(false, true, true),
    MIRRORED_UPSIDE_DOWN(false, false, true),
    TRANSPOSED(true, false, false),
    TURN_CLOCKWISE(true, true, false),
    TRANSVERSED(true, true, true),
    TURN_COUNTERCLOCKWISE(true, false, true);

    /// Rows read together when a picture is transposed, so that each written column piece
    /// fills a cache line.
    private static final int BAND = 32;

    private final boolean transpose;
    private final boolean mirrorColumns;
    private final boolean mirrorRows;

    Orientation(boolean transpose, boolean mirrorColumns, boolean mirrorRows) {
        this.transpose = transpose;
        this.mirrorColumns = mirrorColumns;
        this.mirrorRows = mirrorRows;
    }

    /// Of EXIF's number; any but 2 to 8 is [#UPRIGHT].
    static Orientation of(long exif) {
        return exif >= 2 && exif <= 8 ? values()[(int) exif - 1] : UPRIGHT;
    }

    /// Whether width becomes height.
    boolean swapsSides() {
        return transpose;
    }

    /// Whether the first column seen is the last one stored (after rows and columns changed
    /// places, if they do).
    boolean mirrorsColumns() {
        return mirrorColumns;
    }

    /// Whether the first row seen is the last one stored (after rows and columns changed
    /// places, if they do).
    boolean mirrorsRows() {
        return mirrorRows;
    }

    /// The picture as it is meant to be seen; takes over the given one.
    Pixels apply(Pixels stored) {
        Pixels turned = transpose ? transposed(stored) : stored;
        return mirrorColumns || mirrorRows ? new Pixels.Mirrored(turned, mirrorColumns, mirrorRows) : turned;
    }

    private static Pixels transposed(Pixels stored) {
        try (stored) {
            int width = stored.width();
            int height = stored.height();
            byte[] out = new byte[width * height * 3];
            byte[][] band = new byte[Math.min(BAND, height)][width * 3];
            for (int top = 0; top < height; top += BAND) {
                int rows = Math.min(BAND, height - top);
                for (int row = 0; row < rows; row++) {
                    stored.row(top + row, 0, width, band[row]);
                }
                for (int x = 0; x < width; x++) {
                    int to = (x * height + top) * 3;
                    for (int row = 0; row < rows; row++, to += 3) {
                        byte[] from = band[row];
                        out[to] = from[x * 3];
                        out[to + 1] = from[x * 3 + 1];
                        out[to + 2] = from[x * 3 + 2];
                    }
                }
            }
            return new Pixels.OnHeap(height, width, out);
        }
    }
}
