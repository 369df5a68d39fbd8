package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;

/// Other pixels with their columns, their rows or both in reverse order.
public final class MirroredPixels extends Pixels {
    private final Pixels source;
    private final boolean columns;
    private final boolean rows;

    /// @param source  closed with this object
    /// @param columns whether columns are reversed
    /// @param rows    whether rows are reversed
    public MirroredPixels(Pixels source, boolean columns, boolean rows) {
        super(source.width(), source.height());
        this.source = source;
        this.columns = columns;
        this.rows = rows;
    }

    @Override
    public void row(int y, int from, int to, byte[] rgb) throws ImageException {
        int row = rows ? height() - 1 - y : y;
        if (!columns) {
            source.row(row, from, to, rgb);
            return;
        }
        source.row(row, width() - to, width() - from, rgb);
        for (int left = 0, right = (to - from - 1) * 3; left < right; left += 3, right -= 3) {
            for (int channel = 0; channel < 3; channel++) {
                byte swapped = rgb[left + channel];
                rgb[left + channel] = rgb[right + channel];
                rgb[right + channel] = swapped;
            }
        }
    }

    @Override
    public void checkRest() throws ImageException {
        source.checkRest();
    }

    @Override
    public void close() {
        source.close();
    }
}
