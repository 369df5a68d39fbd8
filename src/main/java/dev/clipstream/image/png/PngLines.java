package dev.clipstream.image.png;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.ByteRange;
import dev.clipstream.image.format.PackedSamples;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates the lines of a PNG one by one, undoes their filters and widens their samples to RGB.
///
/// Holds two lines, so nothing is decompressed beyond the line that is wanted. For one use by one thread.
final class PngLines implements AutoCloseable {
    private final PngFile png;
    private final Inflater inflater = new Inflater();
    private final byte[] filter = new byte[1];
    private int nextChunk;
    private int columns;
    private byte[] row = new byte[0];
    private byte[] above = new byte[0];

    PngLines(PngFile png) {
        this.png = png;
    }

    /// Begins a pass: the line above the first is black.
    void begin(int passColumns) {
        columns = passColumns;
        int bytes = Math.toIntExact(((long) columns * png.pixelBits() + 7) / 8);
        row = new byte[bytes];
        above = new byte[bytes];
    }

    /// Reads the next line.
    ///
    /// @throws ImageException if it is missing or broken
    void next() throws ImageException {
        byte[] swapped = above;
        above = row;
        row = swapped;
        try {
            fill(filter, 1);
            fill(row, row.length);
        } catch (DataFormatException broken) {
            throw ImageException.corrupt("compressed pixels of a PNG", String.valueOf(broken.getMessage()), broken);
        }
        PngFilter.undo(filter[0], row, above, Math.max(png.pixelBits() / 8, 1));
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

    /// Converts the samples of the current line to RGB. Takes the high byte of 16 bits, spreads grey over the full
    /// range, and drops alpha.
    ///
    /// @param start the position of the first pixel in `rgb`
    /// @param step  bytes from one pixel to the next in `rgb`
    void widen(byte[] rgb, int start, int step) {
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

    @Override
    public void close() {
        inflater.close();
    }
}
