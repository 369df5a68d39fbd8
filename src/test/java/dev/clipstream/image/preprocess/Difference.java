package dev.clipstream.image.preprocess;

import dev.clipstream.image.RgbImage;

/// How far two pictures of one size are apart.
///
/// @param largest        difference of any sample, in levels
/// @param mean           difference of the samples, in levels
/// @param oneMinusCosine of the samples as vectors
record Difference(int largest, double mean, double oneMinusCosine) {
    static final Difference NONE = new Difference(0, 0, 0);

    static Difference between(RgbImage one, RgbImage other) {
        if (one.width() != other.width() || one.height() != other.height()) {
            throw new IllegalArgumentException("Pictures of one size were expected, found " + one + " and " + other);
        }
        int largest = 0;
        long sum = 0;
        double dot = 0;
        double squaresOfOne = 0;
        double squaresOfOther = 0;
        for (int i = 0; i < one.pixels().length; i++) {
            int a = one.pixels()[i] & 0xFF;
            int b = other.pixels()[i] & 0xFF;
            largest = Math.max(largest, Math.abs(a - b));
            sum += Math.abs(a - b);
            dot += a * b;
            squaresOfOne += a * a;
            squaresOfOther += b * b;
        }
        double oneMinusCosine = largest == 0 ? 0 : 1 - dot / Math.sqrt(squaresOfOne * squaresOfOther);
        return new Difference(largest, (double) sum / one.pixels().length, oneMinusCosine);
    }
}
