package dev.clipstream.image;

import java.nio.IntBuffer;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/// libjpeg-turbo and libwebp, reached through Leptonica, which brings both in one small library.
///
/// The library is unpacked and loaded once a JVM, on first use (0.4 s), and keeps no state between
/// calls. Of a damaged JPEG libjpeg itself writes one line to the process's standard error, which
/// nothing here can keep it from.
final class NativeCodecs implements Codecs {
    /// As Pillow does: what can be shown of a damaged JPEG is shown.
    private static final int CARRY_ON = leptonica.L_JPEG_CONTINUE_WITH_BAD_DATA;

    /// Loads the library when first asked for, in the JVM's own lock for class initialisation.
    private static final class Library {
        static final boolean LOADED = load();

        private static boolean load() {
            try {
                Loader.load(leptonica.class);
                leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE);
                return true;
            } catch (RuntimeException | LinkageError notOnThisPlatform) {
                return false;
            }
        }
    }

    private NativeCodecs() {}

    /// Empty where the library does not load on this platform.
    static Optional<Codecs> load() {
        return Library.LOADED ? Optional.of(new NativeCodecs()) : Optional.empty();
    }

    @Override
    public Pixels jpeg(JpegFile jpeg, int reduction) throws ImageException {
        byte[] encoded = jpeg.stripped().data();
        int[] warnings = new int[1];
        PIX pix = leptonica.pixReadMemJpeg(encoded, encoded.length, 0, reduction, warnings, CARRY_ON);
        if (pix == null) {
            if (!jpeg.complete()) {
                jpeg.refuseIfCutShort(true);
            }
            throw ImageException.corrupt("A JPEG was expected, found one that libjpeg-turbo refuses");
        }
        Pixels pixels =
                OfPix.of(pix, Math.ceilDiv(jpeg.width(), reduction), Math.ceilDiv(jpeg.height(), reduction), "JPEG");
        try {
            jpeg.refuseIfCutShort(warnings[0] > 0);
        } catch (ImageException truncated) {
            pixels.close();
            throw truncated;
        }
        return pixels;
    }

    @Override
    public Footprint jpegFootprint(long pixels, int components, int reduction) {
        return Footprint.outOfHeap(4 * Math.ceilDiv(pixels, reduction * reduction));
    }

    @Override
    public Pixels webp(Bytes still, int width, int height) throws ImageException {
        PIX pix = leptonica.pixReadMemWebP(still.data(), still.length());
        if (pix == null) {
            throw ImageException.corrupt("A WebP was expected, found one that libwebp refuses");
        }
        return OfPix.of(pix, width, height, "WebP");
    }

    /// Words of the picture, and as many of libwebp's own for a lossless one.
    @Override
    public Footprint webpFootprint(long pixels) {
        return Footprint.outOfHeap(8 * pixels);
    }

    /// Leptonica's picture in its own memory, freed on close: rows of 32-bit words, either red, green,
    /// blue, alpha from the top byte down or four grey samples.
    private static final class OfPix implements Pixels {
        private final PIX pix;
        private final int width;
        private final int height;
        private final boolean grey;
        private final int wordsPerRow;
        private final IntBuffer words;
        private final int[] line;

        private OfPix(PIX pix, int width, int height, int depth) {
            this.pix = pix;
            this.width = width;
            this.height = height;
            this.grey = depth == 8;
            this.wordsPerRow = leptonica.pixGetWpl(pix);
            this.words = leptonica
                    .pixGetData(pix)
                    .capacity((long) wordsPerRow * height)
                    .asBuffer();
            this.line = new int[wordsPerRow];
        }

        static Pixels of(PIX pix, int width, int height, String format) throws ImageException {
            int depth = leptonica.pixGetDepth(pix);
            int foundWidth = leptonica.pixGetWidth(pix);
            int foundHeight = leptonica.pixGetHeight(pix);
            if (foundWidth != width || foundHeight != height || (depth != 8 && depth != 32)) {
                leptonica.pixDestroy(pix);
                throw ImageException.corrupt("A " + format + " of " + width + " x " + height
                        + " was expected after its header, found " + foundWidth + " x " + foundHeight);
            }
            return new OfPix(pix, width, height, depth);
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public int height() {
            return height;
        }

        @Override
        public void row(int y, int from, int to, byte[] rgb) {
            if (grey) {
                words.get(y * wordsPerRow, line);
                for (int x = from, at = 0; x < to; x++, at += 3) {
                    byte sample = (byte) (line[x >> 2] >>> (24 - 8 * (x & 3)));
                    rgb[at] = sample;
                    rgb[at + 1] = sample;
                    rgb[at + 2] = sample;
                }
                return;
            }
            words.get(y * wordsPerRow + from, line, 0, to - from);
            for (int i = 0, at = 0; i < to - from; i++, at += 3) {
                int word = line[i];
                rgb[at] = (byte) (word >>> 24);
                rgb[at + 1] = (byte) (word >>> 16);
                rgb[at + 2] = (byte) (word >>> 8);
            }
        }

        @Override
        public void close() {
            leptonica.pixDestroy(pix);
        }
    }
}
