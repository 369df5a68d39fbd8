package dev.clipstream.image.resample;

import dev.clipstream.image.Preprocessing;
import java.util.Arrays;
import java.util.stream.IntStream;

/// The input samples, with fixed-point weights, that make up each kept output sample of an axis.
///
/// The arithmetic is that of Pillow's `Resample.c` (float64 weights normalised to 1, then 22 bits), so that results
/// are equal bit for bit. Only the kept part of the output is computed. Immutable: the arrays are shared with the
/// inner loops of [Resampler], which only reads them.
public final class Axis {
    static final int FRACTION_BITS = 22;

    private final int[] first;
    private final int[] count;
    private final int[] weights;
    private final int stride;
    private final boolean copies;
    private final int begin;
    private final int end;

    private Axis(int[] first, int[] count, int[] weights, int stride, boolean copies) {
        this.first = first;
        this.count = count;
        this.weights = weights;
        this.stride = stride;
        this.copies = copies;
        this.begin = Arrays.stream(first).min().orElse(0);
        this.end = IntStream.range(0, first.length).map(this::end).max().orElse(0);
    }

    /// One side of the input. A reduced decode may have padded its last sample.
    ///
    /// @param length   in samples
    /// @param span     the part of the length that is image, in samples: `length`, or less by a part of one sample
    /// @param mirrored whether the padded sample comes first
    public record Side(int length, double span, boolean mirrored) {

        /// Returns where the image begins.
        double origin() {
            return mirrored ? length - span : 0;
        }

        /// Returns the part of a sample that is image: 1 for every sample except perhaps the last stored one.
        double share(int sample) {
            boolean lastStored = sample == (mirrored ? 0 : length - 1);
            return lastStored ? 1 - (length - span) : 1;
        }

        /// Returns the distance between the centre of a sample's image part and the centre of the sample.
        double shift(int sample) {
            double padding = 1 - share(sample);
            return (mirrored ? padding : -padding) / 2;
        }
    }

    /// Returns an axis.
    ///
    /// @param filter the resampling filter; its support grows with the scale
    /// @param side   the side of the input
    /// @param scaled length of the whole output, in samples
    /// @param from   the first kept output sample
    /// @param kept   number of kept output samples
    public static Axis of(Preprocessing.Filter filter, Side side, long scaled, long from, int kept) {
        if (side.span == scaled) {
            // a whole number of samples, so there is no padding
            return copying(from, kept);
        }
        double scale = side.span / scaled;
        double stretch = Math.max(scale, 1.0);
        double support = support(filter) * stretch;
        int stride = (int) Math.min(mostSamples(filter, scale), side.length);
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
                // the order of operations is Pillow's; the shift is 0 unless there is padding
                double distance = sample - centre + 0.5 + side.shift(sample);
                exact[k] = side.share(sample) * weight(filter, distance * (1.0 / stretch));
                sum += exact[k];
            }
            for (int k = 0; k < count[i]; k++) {
                weights[i * stride + k] = fixed(sum == 0 ? exact[k] : exact[k] / sum);
            }
        }
        return new Axis(first, count, weights, stride, false);
    }

    /// Returns the axis that keeps its samples as they are. At this scale, both filters weigh all neighbours with 0.
    private static Axis copying(long from, int kept) {
        int[] first = IntStream.range((int) from, (int) from + kept).toArray();
        int[] one = new int[kept];
        Arrays.fill(one, 1);
        int[] weights = new int[kept];
        Arrays.fill(weights, 1 << FRACTION_BITS);
        return new Axis(first, one, weights, 1, true);
    }

    /// Returns the most input samples that an output sample is made of.
    ///
    /// @param scale input samples for each output sample
    static long mostSamples(Preprocessing.Filter filter, double scale) {
        return 2 * (long) Math.ceil(support(filter) * Math.max(scale, 1.0)) + 1;
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
                // Keys' kernel with a = -0.5; the order of operations is Pillow's
                if (x < 1) {
                    yield (1.5 * x - 2.5) * x * x + 1;
                }
                yield x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
            }
        };
    }

    /// Returns the index of the first input sample for each kept output sample.
    int[] first() {
        return first;
    }

    /// Returns the number of input samples, at least 1, for each kept output sample.
    int[] count() {
        return count;
    }

    /// Returns weights with [#FRACTION_BITS] fractional bits: [#stride()] for each kept output sample.
    int[] weights() {
        return weights;
    }

    /// Returns the number of weights that are reserved for an output sample, at least every count.
    int stride() {
        return stride;
    }

    /// Returns the input sample after the last one of a kept output sample.
    int end(int index) {
        return first[index] + count[index];
    }

    /// Returns the number of kept output samples.
    int kept() {
        return first.length;
    }

    /// Returns whether each kept output sample equals an input sample, and neighbours are neighbours.
    boolean copies() {
        return copies;
    }

    /// Returns the first input sample that any kept output sample needs.
    int begin() {
        return begin;
    }

    /// Returns the input sample after the last one that any kept output sample needs.
    int end() {
        return end;
    }
}
