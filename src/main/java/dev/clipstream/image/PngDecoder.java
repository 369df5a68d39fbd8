package dev.clipstream.image;

import dev.clipstream.event.RejectionReason;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates, unfilters and widens a PNG's rows; stops at the last row, so nothing unfolds beyond it.
/// One use, one thread.
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
            return new Pixels.OnHeap(png.width(), png.height(), rgb);
        } catch (DataFormatException broken) {
            throw new ImageException(
                    RejectionReason.CORRUPT,
                    "A PNG's compressed pixels were expected, found " + broken.getMessage(),
                    broken);
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
                    throw ImageException.corrupt(
                            "PNG pixels for " + png.width() + " x " + png.height() + " were expected, found fewer");
                }
                if (nextChunk == png.chunks().size()) {
                    throw ImageException.truncated("The PNG ends before its " + png.width() + " x " + png.height()
                            + " pixels do: send it whole");
                }
                Extent chunk = png.chunks().get(nextChunk++);
                inflater.setInput(png.data().data(), (int) chunk.at(), (int) chunk.length());
            }
        }
    }

    /// Samples of one row to RGB, `step` bytes from pixel to pixel: the high byte of 16 bits, grey
    /// spread over the full range, alpha dropped.
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
