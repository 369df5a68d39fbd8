package dev.clipstream.image.resample;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.format.Pixels;
import java.util.Arrays;

/// Antialiased separable resampling, equal to Pillow's bit for bit.
///
/// Rows come first, then columns, with 32-bit sums of 22-bit weights, and rounding to 8 bits between the two passes.
/// Only the rows and columns that the kept part needs are read. Stateless, safe for use by many threads.
public final class Resampler {
    private static final int HALF = 1 << (Axis.FRACTION_BITS - 1);
    private static final long TWO_HALVES = (long) HALF << 32 | HALF;

    private Resampler() {}

    /// Resizes an image and keeps the part that the axes describe. Reads the rows in ascending order.
    ///
    /// @throws ImageException if the source decodes its rows only now, and cannot
    public static RgbImage resample(Pixels source, Axis horizontal, Axis vertical) throws ImageException {
        int begin = vertical.begin();
        byte[] narrowed = narrow(source, horizontal, begin, vertical.end());
        return new RgbImage(
                horizontal.kept(), vertical.kept(), shorten(narrowed, horizontal.kept() * 3, vertical, begin));
    }

    /// Resizes rows `begin` (inclusive) to `end` (exclusive) of the source to the horizontal axis.
    ///
    /// Processes two rows at a time, with a sample of each in the halves of a `long`. One multiplication by a
    /// weight then does the work of two. The sums are below 2^31 each, so they can be separated again without loss.
    private static byte[] narrow(Pixels source, Axis axis, int begin, int end) throws ImageException {
        int from = axis.begin();
        int to = axis.end();
        int samples = (to - from) * 3;
        int stride = axis.kept() * 3;
        byte[] upper = new byte[samples];
        byte[] lower = new byte[samples];
        long[] pair = new long[samples];
        byte[] out = new byte[(end - begin) * stride];
        for (int y = begin; y < end; y += 2) {
            source.row(y, from, to, upper);
            boolean both = y + 1 < end;
            if (both) {
                source.row(y + 1, from, to, lower);
            }
            for (int i = 0; i < samples; i++) {
                pair[i] = (long) (upper[i] & 0xFF) << 32 | (lower[i] & 0xFF);
            }
            int at = (y - begin) * stride;
            narrow(pair, from, axis, out, at, both ? at + stride : at);
        }
        return out;
    }

    /// Resizes a pair of rows. Without a lower row, both are written to the same place, the upper one last.
    private static void narrow(long[] pair, int from, Axis axis, byte[] out, int upper, int lower) {
        int[] first = axis.first();
        int[] count = axis.count();
        int[] weights = axis.weights();
        for (int x = 0; x < first.length; x++) {
            long red = TWO_HALVES;
            long green = TWO_HALVES;
            long blue = TWO_HALVES;
            int weight = x * axis.stride();
            int sample = (first[x] - from) * 3;
            for (int k = 0; k < count[x]; k++, sample += 3) {
                long w = weights[weight + k];
                red += pair[sample] * w;
                green += pair[sample + 1] * w;
                blue += pair[sample + 2] * w;
            }
            write(red, out, upper + x * 3, lower + x * 3);
            write(green, out, upper + x * 3 + 1, lower + x * 3 + 1);
            write(blue, out, upper + x * 3 + 2, lower + x * 3 + 2);
        }
    }

    private static void write(long sums, byte[] out, int upper, int lower) {
        int low = (int) sums;
        out[lower] = clip(low);
        out[upper] = clip((int) ((sums - low) >> 32));
    }

    private static byte[] shorten(byte[] rows, int stride, Axis axis, int begin) {
        byte[] out = new byte[axis.kept() * stride];
        int[] sums = new int[stride];
        for (int y = 0; y < axis.kept(); y++) {
            Arrays.fill(sums, HALF);
            for (int k = 0; k < axis.count()[y]; k++) {
                add(sums, rows, (axis.first()[y] - begin + k) * stride, axis.weights()[y * axis.stride() + k]);
            }
            for (int i = 0; i < stride; i++) {
                out[y * stride + i] = clip(sums[i]);
            }
        }
        return out;
    }

    /// A separate loop, so that the compiler vectorises it.
    private static void add(int[] sums, byte[] samples, int from, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (samples[from + i] & 0xFF) * weight;
        }
    }

    private static byte clip(int sum) {
        return (byte) Math.clamp(sum >> Axis.FRACTION_BITS, 0, 255);
    }
}
