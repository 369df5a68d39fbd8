package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;
import java.util.Arrays;

/// Decodes fax tiles (CCITT groups 3 and 4, ITU-T T.4 and T.6).
///
/// Strict: a code that does not exist, a row that does not add up and a missing row reject the image. Decoders made
/// for paper carry on there, and give a picture that is black or shifted in part. For one use by one thread.
final class TiffFax {
    private static final int RLE = 2;
    private static final int GROUP_3 = 3;
    private static final int GROUP_4 = 4;
    private static final int RLE_WORDS = 32771;

    private static final int TWO_DIMENSIONS = 1;

    private final FaxCodes codes;
    private final int width;

    /// The positions at which the colour changes in the row above and in this one, the first to black. The row above
    /// has its width behind them, three times.
    private int[] above;

    private int[] changes;
    private int count;

    /// Whether an end of line stood before the last row.
    private boolean marked;

    private TiffFax(byte[] in, int width) {
        this.codes = new FaxCodes(in);
        this.width = width;
        this.above = new int[width + 5];
        this.changes = new int[width + 5];
        Arrays.fill(above, 0, 3, width);
    }

    static boolean isFax(int compression) {
        return compression == RLE || compression == GROUP_3 || compression == GROUP_4 || compression == RLE_WORDS;
    }

    /// Returns rows of packed bits as in a fax: 1 is black.
    ///
    /// @param in          the stored bytes of the tile, first pixel in the high bit
    /// @param compression TIFF's number
    /// @param options     the value of tag 292, for group 3
    /// @param width       of the tile, in pixels
    /// @param height      of the tile, in pixels
    /// @throws ImageException if anything is missing or wrong
    static byte[] expand(byte[] in, int compression, int options, int width, int height) throws ImageException {
        TiffFax fax = new TiffFax(in, width);
        int stride = Math.ceilDiv(width, 8);
        byte[] rows = new byte[Math.multiplyExact(stride, height)];
        for (int y = 0; y < height; y++) {
            switch (compression) {
                case GROUP_4 -> fax.twoDimensional();
                case GROUP_3 -> fax.group3((options & TWO_DIMENSIONS) != 0, y, height);
                default -> {
                    fax.codes.align(compression == RLE ? 8 : 16);
                    fax.oneDimensional();
                }
            }
            fax.paint(rows, y * stride);
        }
        return rows;
    }

    /// Reads a row of group 3. Ends of line may be missing, but not after one was there. Several together end the fax.
    private void group3(boolean twoDimensions, int row, int height) throws ImageException {
        boolean first = !marked;
        marked = codes.takeEndOfLine();
        if (!marked && !first) {
            throw codes.invalid();
        }
        boolean single = true;
        if (twoDimensions) {
            single = codes.peek(1) == 1;
            codes.take(1);
        }
        if (marked && codes.takeEndOfLine()) {
            throw ImageException.truncated("a fax of " + height + " rows in a TIFF", row + " before its end mark");
        }
        if (single) {
            oneDimensional();
        } else {
            twoDimensional();
        }
    }

    private void oneDimensional() throws ImageException {
        count = 0;
        boolean black = false;
        for (int x = 0; x < width; black = !black) {
            x += codes.run(black, width - x);
            add(x);
        }
    }

    /// Reads a row whose changes of colour are given relative to the row above.
    private void twoDimensional() throws ImageException {
        count = 0;
        boolean black = false;
        int x = 0;
        int next = 0;
        while (x < width) {
            next = nextAbove(next, x, black);
            int bits = codes.peek(7);
            if (bits >> 6 == 1) {
                codes.take(1);
                x = changeTo(above[next], x);
            } else if (bits >> 4 == 1) {
                codes.take(3);
                x = horizontal(x, black);
                continue;
            } else if (bits >> 3 == 1) {
                codes.take(4);
                x = above[next + 1];
                continue;
            } else if (bits >> 5 == 1) {
                codes.take(3);
                x = changeTo(above[next] + (bits >> 4 == 3 ? 1 : -1), x);
            } else if (bits >> 2 == 1) {
                codes.take(6);
                x = changeTo(above[next] + (bits >> 1 == 3 ? 2 : -2), x);
            } else if (bits >> 1 == 1) {
                codes.take(7);
                x = changeTo(above[next] + (bits == 3 ? 3 : -3), x);
            } else if (bits == 1) {
                throw ImageException.unsupported("a fax without uncompressed parts", "one with them");
            } else {
                throw codes.invalid();
            }
            black = !black;
        }
    }

    /// Returns the index of the first change in the row above that lies to the right and is to the other colour. At
    /// the start of the row, a change at 0 counts.
    private int nextAbove(int from, int x, boolean black) {
        int next = (Math.max(0, from - 2) & ~1) + (black ? 1 : 0);
        while (above[next] < width && (above[next] < x || (above[next] == x && (x > 0 || count > 0)))) {
            next += 2;
        }
        return next;
    }

    private int horizontal(int from, boolean black) throws ImageException {
        int first = from + codes.run(black, width - from);
        int second = first + codes.run(!black, width - first);
        add(first);
        add(second);
        return second;
    }

    private int changeTo(int x, int from) throws ImageException {
        if (x < from || x > width) {
            throw ImageException.corrupt("a fax row of " + width + " pixels", "a change of colour at " + x);
        }
        add(x);
        return x;
    }

    /// Adds a change of colour. Only runs of no pixels, of which a row has few, can make more than there are pixels.
    private void add(int x) throws ImageException {
        if (count > width) {
            throw ImageException.corrupt("a fax row of " + width + " pixels", "more changes of colour");
        }
        changes[count++] = x;
    }

    /// Paints the black runs of the row that was read, which then is the row above.
    private void paint(byte[] rows, int from) {
        Arrays.fill(changes, count, count + 3, width);
        for (int i = 0; i < count; i += 2) {
            for (int x = changes[i]; x < changes[i + 1]; x++) {
                rows[from + (x >> 3)] |= (byte) (0x80 >> (x & 7));
            }
        }
        int[] free = above;
        above = changes;
        changes = free;
    }
}
