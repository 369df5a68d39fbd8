package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.LibjpegImage;
import dev.clipstream.image.format.Pixels;

/// The rows of a JPEG, each decoded when it is read. The first row that is read decides on the columns.
final class LibjpegRows extends Pixels {
    private final JpegFile jpeg;
    private final LibjpegImage image;
    private final boolean reduced;
    private int from;
    private int to = -1;
    private int next;

    /// @param image closed with this object
    LibjpegRows(JpegFile jpeg, LibjpegImage image) {
        super(image.width(), image.height());
        this.jpeg = jpeg;
        this.image = image;
        this.reduced = image.width() < jpeg.width();
    }

    /// Reads a row that lies below those that were read, and columns that the first row had.
    @Override
    public void row(int y, int wantedFrom, int wantedTo, byte[] rgb) {
        if (to < 0) {
            choose(wantedFrom, wantedTo);
        }
        if (y < next || wantedFrom < from || wantedTo > to) {
            throw new IllegalStateException("Expected a row from " + next + " on and columns in " + from + " to " + to
                    + ", found row " + y + " and columns " + wantedFrom + " to " + wantedTo);
        }
        if (reduced || next > 0) {
            // rows behind a skip are wrong here (libjpeg-turbo 3.0.1): with a reduction for 4:2:0, and after rows that
            // were read if a single component has a vertical factor above 1
            for (; next < y; next++) {
                image.next(wantedFrom, wantedTo, rgb);
            }
        } else if (next < y) {
            image.skip(y - next);
        }
        image.next(wantedFrom, wantedTo, rgb);
        next = y + 1;
    }

    private void choose(int wantedFrom, int wantedTo) {
        from = wantedFrom;
        to = wantedTo;
        image.columns(from, to);
    }

    /// Decodes the rest, because a JPEG that ends early shows only at its end.
    @Override
    public void checkRest() throws ImageException {
        if (next < height()) {
            // libjpeg does not look at rows that are skipped up to the end, so the last one is read
            if (to < 0) {
                choose(0, 1);
            }
            if (next < height() - 1) {
                image.skip(height() - 1 - next);
            }
            image.next(from, from + 1, new byte[3]);
            next = height();
        }
        jpeg.rejectIfTruncated(image.warned());
    }

    @Override
    public void close() {
        image.close();
    }
}
