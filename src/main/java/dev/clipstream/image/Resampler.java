package dev.clipstream.image;

import java.util.Arrays;

/// Antialiased separable resampling, equal to Pillow's to the last bit: rows first, then columns, 32-bit
/// sums of 22-bit weights, rounded to 8 bits between the passes.
///
/// Reads only the rows and columns that the kept part needs. Stateless.
final class Resampler {
    private static final int HALF = 1 << (Axis.FRACTION_BITS - 1);

    private Resampler() {}

    static RgbImage resample(Pixels source, Axis horizontal, Axis vertical) {
        int begin = vertical.begin();
        byte[] narrowed = narrow(source, horizontal, begin, vertical.end());
        return new RgbImage(
                horizontal.kept(), vertical.kept(), shorten(narrowed, horizontal.kept() * 3, vertical, begin));
    }

    /// Rows `begin` (inclusive) to `end` (exclusive) of the source, each brought to the horizontal axis.
    private static byte[] narrow(Pixels source, Axis axis, int begin, int end) {
        int from = axis.begin();
        int to = axis.end();
        int[] first = axis.first();
        int[] count = axis.count();
        int[] weights = axis.weights();
        byte[] row = new byte[(to - from) * 3];
        byte[] out = new byte[(end - begin) * axis.kept() * 3];
        int at = 0;
        for (int y = begin; y < end; y++) {
            source.row(y, from, to, row);
            for (int x = 0; x < first.length; x++) {
                int red = HALF;
                int green = HALF;
                int blue = HALF;
                int weight = x * axis.stride();
                int sample = (first[x] - from) * 3;
                for (int k = 0; k < count[x]; k++, sample += 3) {
                    int w = weights[weight + k];
                    red += (row[sample] & 0xFF) * w;
                    green += (row[sample + 1] & 0xFF) * w;
                    blue += (row[sample + 2] & 0xFF) * w;
                }
                out[at] = clip(red);
                out[at + 1] = clip(green);
                out[at + 2] = clip(blue);
                at += 3;
            }
        }
        return out;
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

    /// A loop of its own, so that the compiler turns it into vector instructions.
    private static void add(int[] sums, byte[] samples, int from, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (samples[from + i] & 0xFF) * weight;
        }
    }

    private static byte clip(int sum) {
        return (byte) Math.clamp(sum >> Axis.FRACTION_BITS, 0, 255);
    }
}
