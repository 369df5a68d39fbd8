package dev.clipstream.tag;

import java.util.Arrays;

/// Sums of exponentials of many logits, without a call of [Math#exp] for each: the JIT vectorises the loop.
///
/// e^x is (e^(x/256))^256: a polynomial of degree 5, then eight squarings. The polynomial's relative error is at most
/// |x/256|^6 / 720, and the squarings multiply it by 256. What counts is the error as a share of the sum, which is at
/// least 1: e^x · 256 · |x/256|^6 / 720 is greatest at x = -6, where it is 1.5e-13. The squarings multiply rounding
/// errors, too: by 256, to about 1e-13. Logits below -40 count as -40, which adds at most 5e-18 for each.
///
/// Used by one thread.
final class Exponentials {
    /// Bound of the relative error of a sum of up to 300,000 terms.
    static final double RELATIVE_ERROR = 1e-7;

    private static final int WIDTH = 64;
    private static final int ROOT = 256;
    private static final double LEAST = -40.0 / ROOT;

    private final double[] sums = new double[WIDTH];

    /// Returns Σ e^(scale · (value - top)).
    ///
    /// @param values in a range that contains `top`
    /// @param top    the greatest of the values
    double sum(float[] values, int from, int count, double scale, float top) {
        Arrays.fill(sums, 0);
        double factor = scale / ROOT;
        double shift = top * factor;
        for (int start = 0; start < count; start += WIDTH) {
            add(sums, values, from + start, Math.min(WIDTH, count - start), factor, shift);
        }
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        return sum;
    }

    private static void add(double[] sums, float[] values, int from, int width, double factor, double shift) {
        for (int i = 0; i < width; i++) {
            double x = Math.max(values[from + i] * factor - shift, LEAST);
            double power = 1 + x * (1 + x * (1.0 / 2 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120)))));
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            sums[i] += power;
        }
    }
}
