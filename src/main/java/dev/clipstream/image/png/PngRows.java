package dev.clipstream.image.png;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Pixels;

/// The rows of a PNG that is not interlaced, each decoded when it is read. So even a large image takes the memory of
/// three rows.
final class PngRows extends Pixels {
    private final PngLines lines;
    private final byte[] line;
    private int next;

    PngRows(PngFile png) {
        super(png.width(), png.height());
        lines = new PngLines(png);
        lines.begin(png.width());
        line = new byte[png.width() * 3];
    }

    /// Reads a row that lies below those that were read.
    @Override
    public void row(int y, int from, int to, byte[] rgb) throws ImageException {
        if (y < next) {
            throw new IllegalStateException("Expected rows in ascending order, found " + y + " after " + (next - 1));
        }
        skipTo(y + 1);
        lines.widen(line, 0, 3);
        System.arraycopy(line, from * 3, rgb, 0, (to - from) * 3);
    }

    @Override
    public void checkRest() throws ImageException {
        skipTo(height());
    }

    private void skipTo(int end) throws ImageException {
        for (; next < end; next++) {
            lines.next();
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
