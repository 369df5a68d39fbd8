package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Pixels;
import java.util.Arrays;

/// Gives a 4:2:0 JPEG that was decoded at half its size the colour of a full decode.
///
/// At half size libjpeg has a chroma sample for each pixel and does not interpolate. A full decode interpolates,
/// which blurs chroma, seen at half size, by 1/8, 6/8, 1/8 in both directions. Without this blur, fine colour
/// patterns differ twice as much from an exact decode. The blur is applied to RGB minus luma. The last three rows are
/// kept, because rows are usually read in order.
final class SoftenedChroma extends Pixels {
    private static final int KEPT = 3;

    private final Pixels source;
    private final int[] keptRows = new int[KEPT];
    private final int[][] luma = new int[KEPT][];
    private final int[][] differences = new int[KEPT][];
    private byte[] row = new byte[0];
    private int[] plain = new int[0];
    private int from;
    private int to;

    /// @param source in memory; closed with this object
    SoftenedChroma(Pixels source) {
        super(source.width(), source.height());
        this.source = source;
        reset(0, 0);
    }

    @Override
    public void row(int y, int wantedFrom, int wantedTo, byte[] rgb) throws ImageException {
        if (wantedFrom != from || wantedTo != to) {
            reset(wantedFrom, wantedTo);
        }
        int[] above = differences[kept(Math.max(y - 1, 0))];
        int[] below = differences[kept(Math.min(y + 1, height() - 1))];
        int own = kept(y);
        mix(above, differences[own], below, plain);
        int[] ownLuma = luma[own];
        for (int i = 0, at = 0; i < ownLuma.length; i++, at += 3) {
            rgb[at] = clip(ownLuma[i] + plain[at]);
            rgb[at + 1] = clip(ownLuma[i] + plain[at + 1]);
            rgb[at + 2] = clip(ownLuma[i] + plain[at + 2]);
        }
    }

    private void reset(int newFrom, int newTo) {
        from = newFrom;
        to = newTo;
        Arrays.fill(keptRows, -1);
        for (int slot = 0; slot < KEPT; slot++) {
            luma[slot] = new int[to - from];
            differences[slot] = new int[(to - from) * 3];
        }
        // one more pixel on either side
        row = new byte[(to - from + 2) * 3];
        plain = new int[(to - from + 2) * 3];
    }

    /// Returns the slot that keeps a row's luma and its differences, blurred along the row and times eight.
    private int kept(int y) throws ImageException {
        int slot = y % KEPT;
        if (keptRows[slot] != y) {
            keptRows[slot] = y;
            read(y);
            measure(row, luma[slot], plain);
            blur(plain, differences[slot]);
        }
        return slot;
    }

    /// Reads a row with one more pixel on either side; at the edge of the image, the edge pixel is repeated.
    private void read(int y) throws ImageException {
        int begin = Math.max(from - 1, 0);
        int end = Math.min(to + 1, width());
        source.row(y, begin, end, row);
        if (begin == from) {
            System.arraycopy(row, 0, row, 3, (end - begin) * 3);
        }
        if (end == to) {
            int last = (to - from) * 3;
            System.arraycopy(row, last, row, last + 3, 3);
        }
    }

    private static void measure(byte[] row, int[] luma, int[] plain) {
        int pixels = luma.length + 2;
        for (int i = 0, at = 0; i < pixels; i++, at += 3) {
            int red = row[at] & 0xFF;
            int green = row[at + 1] & 0xFF;
            int blue = row[at + 2] & 0xFF;
            int grey = (306 * red + 601 * green + 117 * blue + 512) >> 10;
            plain[at] = red - grey;
            plain[at + 1] = green - grey;
            plain[at + 2] = blue - grey;
            if (i > 0 && i <= luma.length) {
                luma[i - 1] = grey;
            }
        }
    }

    private static void blur(int[] plain, int[] blurred) {
        for (int i = 0; i < blurred.length; i++) {
            blurred[i] = plain[i] + 6 * plain[i + 3] + plain[i + 6];
        }
    }

    private static void mix(int[] above, int[] own, int[] below, int[] mixed) {
        for (int i = 0; i < own.length; i++) {
            mixed[i] = (above[i] + 6 * own[i] + below[i] + 32) >> 6;
        }
    }

    private static byte clip(int sample) {
        return (byte) Math.clamp(sample, 0, 255);
    }

    @Override
    public void close() {
        source.close();
    }
}
