package dev.clipstream.image.resample;

import java.util.Arrays;

/// The arrays that resizing an image needs besides its result. The next image uses them again, because clearing new
/// ones costs as much as a pass. For use by one thread at a time; contents are undefined at first.
final class Workspace {
    private byte[][] lines = {};
    private int[][] columns = {};
    private int[][] rows = {};
    private int[][] sums = {};

    /// Returns rows as the source gives them, each of at least `length` samples.
    byte[][] lines(int count, int length) {
        if (lines.length < count) {
            lines = Arrays.copyOf(lines, count);
        }
        for (int i = 0; i < count; i++) {
            lines[i] = lines[i] == null || lines[i].length < length ? new byte[length] : lines[i];
        }
        return lines;
    }

    /// Returns the columns of a tile, each of at least `length` samples.
    int[][] columns(int count, int length) {
        columns = atLeast(columns, count, length);
        return columns;
    }

    /// Returns rows after the horizontal pass, each of at least `length` samples.
    int[][] rows(int count, int length) {
        rows = atLeast(rows, count, length);
        return rows;
    }

    /// Returns room for the sums of rows or columns, each of at least `length` samples.
    int[][] sums(int count, int length) {
        sums = atLeast(sums, count, length);
        return sums;
    }

    /// Returns the bytes that the arrays take.
    long bytes() {
        long bytes = (samples(columns) + samples(rows) + samples(sums)) * Integer.BYTES;
        for (byte[] line : lines) {
            bytes += line.length;
        }
        return bytes;
    }

    private static long samples(int[][] arrays) {
        return Arrays.stream(arrays).mapToLong(array -> array.length).sum();
    }

    private static int[][] atLeast(int[][] arrays, int count, int length) {
        int[][] grown = arrays.length < count ? Arrays.copyOf(arrays, count) : arrays;
        for (int i = 0; i < count; i++) {
            grown[i] = grown[i] == null || grown[i].length < length ? new int[length] : grown[i];
        }
        return grown;
    }
}
