package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.Libjpeg;
import dev.clipstream.image.codec.LibjpegImage;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Pixels;

/// libjpeg-turbo itself, which decodes the rows and columns that are read, when they are read.
///
/// Only JPEGs with a [PlainHeader] are its own.
///
/// @param others decodes all other JPEGs
record LibjpegDecoder(JpegDecoder others) implements JpegDecoder {
    /// Rows that libjpeg keeps: four rows of blocks of up to four times eight rows each.
    private static final int ROWS = 4 * 4 * 8;

    /// Samples of a pixel, each a byte.
    private static final int SAMPLES = 3;

    @Override
    public Pixels decode(JpegFile jpeg, int reduction) throws ImageException {
        if (!isOwn(jpeg)) {
            return others.decode(jpeg, reduction);
        }
        LibjpegImage image = LibjpegImage.open(jpeg.stripped().data(), reduction);
        int width = Math.ceilDiv(jpeg.width(), reduction);
        int height = Math.ceilDiv(jpeg.height(), reduction);
        if (image.width() != width || image.height() != height) {
            image.close();
            throw ImageException.corrupt(
                    "a JPEG of " + width + " x " + height + " pixels, as its header says",
                    image.width() + " x " + image.height());
        }
        return new LibjpegRows(jpeg, image);
    }

    private static boolean isOwn(JpegFile jpeg) {
        return Libjpeg.isAvailable() && !jpeg.orientation().reversesRows() && jpeg.isPlain();
    }

    /// Counts a copy of the file and a few rows of blocks, because no image is held.
    @Override
    public Footprint footprint(JpegFile jpeg, int reduction) {
        if (!isOwn(jpeg)) {
            return others.footprint(jpeg, reduction);
        }
        long rows = (long) ROWS * jpeg.width() * SAMPLES;
        return Footprint.outOfHeap(jpeg.stripped().data().length + rows);
    }

    @Override
    public Footprint footprint(long pixels, int components, int reduction) {
        return others.footprint(pixels, components, reduction);
    }
}
