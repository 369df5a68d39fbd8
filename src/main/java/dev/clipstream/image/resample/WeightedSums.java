package dev.clipstream.image.resample;

/// The inner loops of [Resampler]: 32-bit sums of 8-bit samples times weights of 22 fractional bits.
///
/// Each loop runs over neighbours in arrays of `int` at the same index. The compiler (C2 of JDK 25) turns only such
/// loops into vector instructions: it does not widen bytes in them, and it cannot rule out that two arrays of `int` are
/// one where their indices differ. Sums are exact in any order, because integer addition is associative.
final class WeightedSums {
    private static final int HALF = 1 << (Axis.FRACTION_BITS - 1);
    private static final int AT_ONCE = 4;

    private WeightedSums() {}

    /// Computes one output sample of an axis for each of `length` neighbours.
    ///
    /// @param sums  receives the results, 0 to 255
    /// @param axis  of the output sample
    /// @param index of the output sample in the kept part
    /// @param input input sample `k` of neighbour `i` of the axis is at `input[(k - origin) % ring][i]`
    static void compute(int[] sums, int length, Axis axis, int index, int[][] input, int origin, int ring) {
        int[] weights = axis.weights();
        int weight = index * axis.stride();
        int count = axis.count()[index];
        int first = (axis.first()[index] - origin) % ring;
        int k = 1;
        start(sums, length, input[first], weights[weight]);
        for (; (count - k) % AT_ONCE != 0; k++) {
            add(sums, length, input[wrapped(first + k, ring)], weights[weight + k]);
        }
        for (; k < count; k += AT_ONCE) {
            add(
                    sums,
                    length,
                    input[wrapped(first + k, ring)],
                    input[wrapped(first + k + 1, ring)],
                    input[wrapped(first + k + 2, ring)],
                    input[wrapped(first + k + 3, ring)],
                    weights[weight + k],
                    weights[weight + k + 1],
                    weights[weight + k + 2],
                    weights[weight + k + 3]);
        }
        round(sums, length);
    }

    /// Returns `index % ring` for an index below twice the ring. A division takes longer than a few vectors.
    private static int wrapped(int index, int ring) {
        return index < ring ? index : index - ring;
    }

    private static void start(int[] sums, int length, int[] a, int weightA) {
        for (int i = 0; i < length; i++) {
            sums[i] = HALF + a[i] * weightA;
        }
    }

    private static void add(int[] sums, int length, int[] a, int weightA) {
        for (int i = 0; i < length; i++) {
            sums[i] += a[i] * weightA;
        }
    }

    private static void add(
            int[] sums,
            int length,
            int[] a,
            int[] b,
            int[] c,
            int[] d,
            int weightA,
            int weightB,
            int weightC,
            int weightD) {
        for (int i = 0; i < length; i++) {
            sums[i] += a[i] * weightA + b[i] * weightB + c[i] * weightC + d[i] * weightD;
        }
    }

    private static void round(int[] sums, int length) {
        for (int i = 0; i < length; i++) {
            sums[i] = Math.max(0, Math.min(255, sums[i] >> Axis.FRACTION_BITS));
        }
    }
}
