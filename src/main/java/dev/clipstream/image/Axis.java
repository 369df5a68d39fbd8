package dev.clipstream.image;

import java.util.Arrays;

/// What each kept output sample of one axis is made of: the input samples and their fixed-point weights.
///
/// The arithmetic is that of Pillow's `Resample.c` (float64 weights normalised to 1, then 22 bits), so
/// that results are equal to the last bit; only the kept part of the output is computed.
///
/// Immutable; its arrays are read in the resampler's inner loops and written to by nobody.
final class Axis {
    static final int FRACTION_BITS = 22;

    private final int[] first;
    private final int[] count;
    private final int[] weights;
    private final int stride;

    private Axis(int[] first, int[] count, int[] weights, int stride) {
        this.first = first;
        this.count = count;
        this.weights = weights;
        this.stride = stride;
    }

    /// One side of the input. A reduced decode may have filled its last sample up with padding.
    ///
    /// @param length   in samples
    /// @param span     how much of it is picture, in samples: `length`, or less by a part of one sample
    /// @param mirrored whether that sample is the first one here
    record Side(int length, double span, boolean mirrored) {

        /// Where the picture begins.
        double origin() {
            return mirrored ? length - span : 0;
        }

        /// How much of a sample is picture: 1 for all but perhaps the last stored one.
        double share(int sample) {
            boolean lastStored = sample == (mirrored ? 0 : length - 1);
            return lastStored ? 1 - (length - span) : 1;
        }

        /// How far the middle of a sample's picture part is from the sample's own middle.
        double shift(int sample) {
            double padding = 1 - share(sample);
            return (mirrored ? padding : -padding) / 2;
        }
    }

    /// @param filter whose support grows with the scale
    /// @param side   of the input
    /// @param scaled length of the whole output in samples
    /// @param from   first kept output sample
    /// @param kept   number of kept output samples
    static Axis of(Preprocessing.Filter filter, Side side, long scaled, long from, int kept) {
        double scale = side.span / scaled;
        double stretch = Math.max(scale, 1.0);
        double support = support(filter) * stretch;
        int stride = (int) Math.min((long) Math.ceil(support) * 2 + 1, side.length);
        int[] first = new int[kept];
        int[] count = new int[kept];
        int[] weights = new int[kept * stride];
        double[] exact = new double[stride];
        for (int i = 0; i < kept; i++) {
            double centre = side.origin() + (from + i + 0.5) * scale;
            first[i] = Math.max((int) (centre - support + 0.5), 0);
            count[i] = Math.min((int) (centre + support + 0.5), side.length) - first[i];
            double sum = 0;
            for (int k = 0; k < count[i]; k++) {
                int sample = first[i] + k;
                // in the order of operations that Pillow has; the shift is 0 but for padding
                double distance = sample - centre + 0.5 + side.shift(sample);
                exact[k] = side.share(sample) * weight(filter, distance * (1.0 / stretch));
                sum += exact[k];
            }
            for (int k = 0; k < count[i]; k++) {
                weights[i * stride + k] = fixed(sum == 0 ? exact[k] : exact[k] / sum);
            }
        }
        return new Axis(first, count, weights, stride);
    }

    private static int fixed(double weight) {
        return (int) (weight * (1 << FRACTION_BITS) + (weight < 0 ? -0.5 : 0.5));
    }

    private static double support(Preprocessing.Filter filter) {
        return switch (filter) {
            case BILINEAR -> 1;
            case BICUBIC -> 2;
        };
    }

    private static double weight(Preprocessing.Filter filter, double distance) {
        double x = Math.abs(distance);
        return switch (filter) {
            case BILINEAR -> x < 1 ? 1 - x : 0;
            case BICUBIC -> {
                // Keys' kernel, a = -0.5, in the order of operations that Pillow has
                if (x < 1) {
                    yield (1.5 * x - 2.5) * x * x + 1;
                }
                yield x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
            }
        };
    }

    /// Index of the first input sample, for each kept output sample.
    int[] first() {
        return first;
    }

    /// Number of input samples, at least 1, for each kept output sample.
    int[] count() {
        return count;
    }

    /// Weights with [#FRACTION_BITS], [#stride()] for each kept output sample.
    int[] weights() {
        return weights;
    }

    /// Room for the weights of one output sample, at least every count.
    int stride() {
        return stride;
    }

    /// Number of kept output samples.
    int kept() {
        return first.length;
    }

    /// First input sample that any kept output sample needs.
    int begin() {
        return Arrays.stream(first).min().orElse(0);
    }

    /// Input sample after the last one that any kept output sample needs.
    int end() {
        int end = 0;
        for (int i = 0; i < first.length; i++) {
            end = Math.max(end, first[i] + count[i]);
        }
        return end;
    }
}
