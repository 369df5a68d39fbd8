package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.ImageFormat;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.Pixels;
import dev.clipstream.image.jpeg.JpegDecoder;

/// TIFF and BigTIFF: the first page, in strips or tiles; grey, RGB, palette and CMYK; plain, LZW, Deflate, PackBits,
/// fax and JPEG.
///
/// @param jpeg decodes tiles that are JPEGs
public record TiffFormat(JpegDecoder jpeg) implements ImageFormat {

    @Override
    public String name() {
        return "TIFF";
    }

    @Override
    public boolean recognises(EncodedBytes file) {
        return file.has(0, "II*\0") || file.has(0, "MM\0*") || file.has(0, "II+\0") || file.has(0, "MM\0+");
    }

    @Override
    public EncodedImage read(EncodedBytes file) throws ImageException {
        return new EncodedTiff(new TiffParser(file).parse(), jpeg);
    }

    private record EncodedTiff(TiffFile tiff, JpegDecoder jpeg) implements EncodedImage {
        @Override
        public int width() {
            return tiff.width();
        }

        @Override
        public int height() {
            return tiff.height();
        }

        @Override
        public Orientation orientation() {
            return tiff.orientation();
        }

        /// Counts the RGB of the image, the stored bytes of one tile, and its samples in all planes unless they are
        /// stored plain.
        @Override
        public Footprint footprint(int reduction) {
            long pixels = (long) tiff.tileWidth() * tiff.tileHeight();
            Footprint tile = tiff.compression() == TiffCompression.JPEG
                    ? jpeg.footprint(pixels, tiff.samples(), 1)
                    : Footprint.onHeap(
                            tiff.compression() == TiffCompression.NONE && !tiff.planar()
                                    ? 0
                                    : pixels * tiff.samples() * tiff.bits() / 8);
            return tile.plus(Footprint.onHeap(tiff.mostStoredBytes())).plus(Footprint.onHeap(3L * width() * height()));
        }

        @Override
        public long leastBytes() {
            return tiff.leastBytes();
        }

        @Override
        public Pixels decode(int reduction) throws ImageException {
            return new TiffDecoder(tiff, jpeg).decode();
        }
    }
}
