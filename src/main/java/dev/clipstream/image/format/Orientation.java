package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;

/// How a stored image must be turned: the eight values of EXIF tag 274, in their order from 1.
public enum Orientation {
    /// As stored.
    UPRIGHT(false, false, false),
    /// Left and right exchanged.
    MIRRORED(false, true, false),
    /// Turned by 180 degrees.
    UPSIDE_DOWN(false, true, true),
    /// Top and bottom exchanged.
    MIRRORED_UPSIDE_DOWN(false, false, true),
    /// Mirrored at the diagonal from the top left corner.
    TRANSPOSED(true, false, false),
    /// Turned by 90 degrees clockwise.
    TURN_CLOCKWISE(true, true, false),
    /// Mirrored at the diagonal from the top right corner.
    TRANSVERSED(true, true, true),
    /// Turned by 90 degrees counterclockwise.
    TURN_COUNTERCLOCKWISE(true, false, true);

    /// Number of rows that a transposition reads at a time, so that each piece of a column fills a cache line.
    private static final int BAND = 32;

    private final boolean transpose;
    private final boolean mirrorColumns;
    private final boolean mirrorRows;

    Orientation(boolean transpose, boolean mirrorColumns, boolean mirrorRows) {
        this.transpose = transpose;
        this.mirrorColumns = mirrorColumns;
        this.mirrorRows = mirrorRows;
    }

    /// Returns the orientation of an EXIF value: [#UPRIGHT] for any value but 2 to 8.
    public static Orientation of(long exif) {
        return exif >= 2 && exif <= 8 ? values()[(int) exif - 1] : UPRIGHT;
    }

    /// Returns whether width and height are exchanged.
    public boolean swapsSides() {
        return transpose;
    }

    /// Returns whether columns are reversed, after a transposition if there is one.
    public boolean mirrorsColumns() {
        return mirrorColumns;
    }

    /// Returns whether rows are reversed, after a transposition if there is one.
    public boolean mirrorsRows() {
        return mirrorRows;
    }

    /// Returns whether [#apply] reads the stored rows from the last to the first.
    public boolean reversesRows() {
        return mirrorRows && !transpose;
    }

    /// Returns the pixels as they are meant to be seen.
    ///
    /// @param stored closed with the returned pixels, or before; its rows must be in memory if [#reversesRows]
    /// @throws ImageException if rows are decoded only now, and cannot be
    public Pixels apply(Pixels stored) throws ImageException {
        Pixels turned = transpose ? transposed(stored) : stored;
        return mirrorColumns || mirrorRows ? new MirroredPixels(turned, mirrorColumns, mirrorRows) : turned;
    }

    private static Pixels transposed(Pixels stored) throws ImageException {
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
            stored.checkRest();
            return new HeapPixels(height, width, out);
        }
    }
}
