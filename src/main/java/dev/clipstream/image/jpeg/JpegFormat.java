package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Expansion;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.ImageFormat;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.Pixels;
import dev.clipstream.image.jpeg.JpegFile.Sampling;

/// JPEG: baseline, extended and progressive, Huffman or arithmetic coding, 8 bits, grey, RGB, YCbCr, CMYK and YCCK.
///
/// @param decoder that decodes the scans
public record JpegFormat(JpegDecoder decoder) implements ImageFormat {

    @Override
    public String name() {
        return "JPEG";
    }

    @Override
    public boolean recognises(EncodedBytes file) {
        return file.has(0, "\u00FF\u00D8\u00FF");
    }

    @Override
    public EncodedImage read(EncodedBytes file) throws ImageException {
        return new EncodedJpeg(JpegFile.parse(file), decoder);
    }

    private record EncodedJpeg(JpegFile jpeg, JpegDecoder decoder) implements EncodedImage {
        @Override
        public int width() {
            return jpeg.width();
        }

        @Override
        public int height() {
            return jpeg.height();
        }

        @Override
        public Orientation orientation() {
            return jpeg.orientation();
        }

        /// Where chroma has half the samples in one direction only, libjpeg reduces chroma as much as luma in
        /// both directions, which leaves half as many samples as wanted. Hence only half the reduction is used
        /// there.
        @Override
        public int reduction(int wanted) {
            return switch (jpeg.sampling()) {
                case FULL, QUARTER -> jpeg.components() == 4 ? 1 : wanted;
                case HALF_THE_ROWS, HALF_THE_COLUMNS -> Math.max(1, wanted / 2);
                case OTHER -> 1;
            };
        }

        /// Adds two bytes for each coefficient to the decoder's memory, where a decoder keeps all coefficients.
        @Override
        public Footprint footprint(int reduction) {
            long pixels = (long) width() * height();
            long samples = jpeg.sampling() == Sampling.QUARTER ? pixels * 3 / 2 : pixels * jpeg.components();
            return decoder.footprint(jpeg, reduction).plus(Footprint.outOfHeap(jpeg.buffered() ? 2 * samples : 0));
        }

        @Override
        public long leastBytes() {
            long pixels = (long) width() * height();
            return jpeg.arithmetic() ? Expansion.leastBytes(pixels) : pixels / Expansion.JPEG;
        }

        @Override
        public Pixels decode(int reduction) throws ImageException {
            Pixels pixels = decoder.decode(jpeg, reduction);
            boolean halved = reduction == 2 && pixels.width() < width();
            return halved && jpeg.sampling() == Sampling.QUARTER ? new SoftenedChroma(pixels) : pixels;
        }
    }
}
