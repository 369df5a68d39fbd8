package dev.clipstream.image.png;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.ByteRange;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.PackedSamples;
import dev.clipstream.image.format.Pixels;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates the rows of a PNG, undoes their filters and widens their samples to RGB.
///
/// Decoding stops at the last row, so nothing is decompressed beyond it. For one use by one thread.
final class PngDecoder {
    /// Adam7: first column, first row, column step, row step.
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    private final PngFile png;
    private final Inflater inflater = new Inflater();
    private int nextChunk;

    PngDecoder(PngFile png) {
        this.png = png;
    }

    Pixels decode() throws ImageException {
        try (inflater) {
            byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(png.width(), png.height()), 3)];
            for (int[] pass : png.interlaced() ? PASSES : WHOLE) {
                pass(rgb, pass[0], pass[1], pass[2], pass[3]);
            }
            return new HeapPixels(png.width(), png.height(), rgb);
        } catch (DataFormatException broken) {
            throw ImageException.corrupt("compressed pixels of a PNG", String.valueOf(broken.getMessage()), broken);
        }
    }

    private void pass(byte[] rgb, int left, int top, int stepX, int stepY) throws DataFormatException, ImageException {
        int columns = Math.ceilDiv(png.width() - left, stepX);
        if (columns <= 0 || png.height() <= top) {
            return;
        }
        int rowBytes = Math.toIntExact(((long) columns * png.pixelBits() + 7) / 8);
        int pixelBytes = Math.max(png.pixelBits() / 8, 1);
        byte[] above = new byte[rowBytes];
        byte[] row = new byte[rowBytes];
        byte[] filter = new byte[1];
        for (int y = top; y < png.height(); y += stepY) {
            fill(filter, 1);
            fill(row, rowBytes);
            PngFilter.undo(filter[0], row, above, pixelBytes);
            widen(row, columns, rgb, (y * png.width() + left) * 3, stepX * 3);
            byte[] swapped = above;
            above = row;
            row = swapped;
        }
    }

    private void fill(byte[] target, int length) throws DataFormatException, ImageException {
        int at = 0;
        while (at < length) {
            int inflated = inflater.inflate(target, at, length - at);
            at += inflated;
            if (inflated == 0) {
                if (inflater.finished() || inflater.needsDictionary()) {
                    throw ImageException.corrupt(size(), "compressed pixels that end before the last");
                }
                if (nextChunk == png.chunks().size()) {
                    throw ImageException.truncated(size(), "an end before its last");
                }
                ByteRange chunk = png.chunks().get(nextChunk++);
                inflater.setInput(png.data().data(), (int) chunk.at(), (int) chunk.length());
            }
        }
    }

    private String size() {
        return "a PNG of " + png.width() + " x " + png.height() + " pixels";
    }

    /// Converts the samples of a row to RGB. Takes the high byte of 16 bits, spreads grey over the full range, and
    /// drops alpha.
    ///
    /// @param start the position of the first pixel in `rgb`
    /// @param step  bytes from one pixel to the next in `rgb`
    private void widen(byte[] row, int columns, byte[] rgb, int start, int step) {
        int sampleBytes = Math.max(png.depth() / 8, 1);
        int pixelBytes = sampleBytes * png.kind().samples();
        int to = start;
        switch (png.kind()) {
            case RGB, RGBA -> {
                if (pixelBytes == 3 && step == 3) {
                    System.arraycopy(row, 0, rgb, start, columns * 3);
                    return;
                }
                for (int x = 0, at = 0; x < columns; x++, at += pixelBytes, to += step) {
                    rgb[to] = row[at];
                    rgb[to + 1] = row[at + sampleBytes];
                    rgb[to + 2] = row[at + 2 * sampleBytes];
                }
            }
            case GREY, GREY_ALPHA -> {
                for (int x = 0; x < columns; x++, to += step) {
                    byte grey = png.depth() >= 8
                            ? row[x * pixelBytes]
                            : (byte) (PackedSamples.at(row, x, png.depth()) * 255 / ((1 << png.depth()) - 1));
                    rgb[to] = grey;
                    rgb[to + 1] = grey;
                    rgb[to + 2] = grey;
                }
            }
            case PALETTE -> {
                for (int x = 0; x < columns; x++, to += step) {
                    png.palette().write(PackedSamples.at(row, x, png.depth()), rgb, to);
                }
            }
        }
    }
}
