package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Pixels;
import java.util.Arrays;

/// Gives a 4:2:0 JPEG that was decoded at half its size the colour of a full decode.
///
/// At half size libjpeg has a chroma sample for each pixel and does not interpolate. A full decode interpolates,
/// which blurs chroma, seen at half size, by 1/8, 6/8, 1/8 in both directions. Without this blur, fine colour
/// patterns differ twice as much from an exact decode. The blur is applied to RGB minus luma. The last three rows are
/// kept, so rows are read in order. Each channel has arrays of its own, because the compiler turns only loops over
/// neighbours into vector instructions.
final class SoftenedChroma extends Pixels {
    private static final int KEPT = 3;
    private static final int CHANNELS = 3;

    private final Pixels source;
    private final int[] keptRows = new int[KEPT];
    private final int[][] luma = new int[KEPT][];
    private final int[][][] blurred = new int[KEPT][CHANNELS][];
    private byte[] row = new byte[0];
    private final int[][] plain = new int[CHANNELS][];
    private int[] grey = new int[0];
    private int[] mixed = new int[0];
    private int from;
    private int to;

    /// @param source closed with this object
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
        int[][] above = blurred[kept(Math.max(y - 1, 0))];
        int own = kept(y);
        int[][] below = blurred[kept(Math.min(y + 1, height() - 1))];
        for (int channel = 0; channel < CHANNELS; channel++) {
            mix(luma[own], above[channel], blurred[own][channel], below[channel], mixed);
            for (int i = 0, at = channel; i < mixed.length; i++, at += CHANNELS) {
                rgb[at] = (byte) mixed[i];
            }
        }
    }

    private void reset(int newFrom, int newTo) {
        from = newFrom;
        to = newTo;
        Arrays.fill(keptRows, -1);
        for (int slot = 0; slot < KEPT; slot++) {
            luma[slot] = new int[to - from];
            for (int channel = 0; channel < CHANNELS; channel++) {
                blurred[slot][channel] = new int[to - from];
            }
        }
        mixed = new int[to - from];
        // one more pixel on either side
        row = new byte[(to - from + 2) * CHANNELS];
        grey = new int[to - from + 2];
        for (int channel = 0; channel < CHANNELS; channel++) {
            plain[channel] = new int[to - from + 2];
        }
    }

    /// Returns the slot that keeps a row's luma and its differences, blurred along the row and times eight.
    private int kept(int y) throws ImageException {
        int slot = y % KEPT;
        if (keptRows[slot] != y) {
            keptRows[slot] = y;
            read(y);
            split();
            measure(plain[0], plain[1], plain[2], grey);
            System.arraycopy(grey, 1, luma[slot], 0, to - from);
            for (int channel = 0; channel < CHANNELS; channel++) {
                blur(plain[channel], blurred[slot][channel]);
            }
        }
        return slot;
    }

    /// Reads a row with one more pixel on either side; at the edge of the image, the edge pixel is repeated.
    private void read(int y) throws ImageException {
        int begin = Math.max(from - 1, 0);
        int end = Math.min(to + 1, width());
        source.row(y, begin, end, row);
        if (begin == from) {
            System.arraycopy(row, 0, row, CHANNELS, (end - begin) * CHANNELS);
        }
        if (end == to) {
            int last = (to - from) * CHANNELS;
            System.arraycopy(row, last, row, last + CHANNELS, CHANNELS);
        }
    }

    /// A loop for each channel takes little more than half of the time of one for all three.
    private void split() {
        for (int channel = 0; channel < CHANNELS; channel++) {
            int[] samples = plain[channel];
            for (int i = 0, at = channel; i < samples.length; i++, at += CHANNELS) {
                samples[i] = row[at] & 0xFF;
            }
        }
    }

    /// Replaces the channels by their differences to luma.
    private static void measure(int[] red, int[] green, int[] blue, int[] grey) {
        for (int i = 0; i < grey.length; i++) {
            int luma = (306 * red[i] + 601 * green[i] + 117 * blue[i] + 512) >> 10;
            grey[i] = luma;
            red[i] -= luma;
            green[i] -= luma;
            blue[i] -= luma;
        }
    }

    private static void blur(int[] plain, int[] blurred) {
        for (int i = 0; i < blurred.length; i++) {
            blurred[i] = plain[i] + 6 * plain[i + 1] + plain[i + 2];
        }
    }

    private static void mix(int[] luma, int[] above, int[] own, int[] below, int[] mixed) {
        for (int i = 0; i < mixed.length; i++) {
            int sample = luma[i] + ((above[i] + 6 * own[i] + below[i] + 32) >> 6);
            mixed[i] = Math.max(0, Math.min(255, sample));
        }
    }

    @Override
    public void checkRest() throws ImageException {
        source.checkRest();
    }

    @Override
    public void close() {
        source.close();
    }
}
