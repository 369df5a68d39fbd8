package dev.clipstream.tag.fewshot;

import dev.clipstream.clip.Embedding;
import org.jspecify.annotations.Nullable;

/// What distinguishes the examples of a label from what they are compared with.
final class Contrast {
    private final double[] counter;
    private final double[] distinct;

    /// @param counter  unit mean of what they are compared with
    /// @param distinct unit vector orthogonal to `counter`, in the direction of the positives
    private Contrast(double[] counter, double[] distinct) {
        this.counter = counter;
        this.distinct = distinct;
    }

    double[] counter() {
        return counter;
    }

    double[] distinct() {
        return distinct;
    }

    /// @return null if the positives point in the direction of what they are compared with
    static @Nullable Contrast of(double[] positives, double[] counter) {
        double[] distinct = orthogonal(positives, counter, dot(positives, counter));
        return distinct == null ? null : new Contrast(counter, distinct);
    }

    /// The text of a label, relative to a contrast.
    static final class Relative {
        private final double textLevel;
        private final double meanLevel;
        private final double[] own;
        private final double agrees;

        /// @param textLevel cosine of the text with `counter`
        /// @param meanLevel mean cosine of the texts of all labels with `counter`
        /// @param own       unit vector in the direction of the part of the text that is orthogonal to `counter`; the
        ///                  contrast's `distinct` if the text has no such part
        /// @param agrees    cosine of `own` and `distinct`
        private Relative(double textLevel, double meanLevel, double[] own, double agrees) {
            this.textLevel = textLevel;
            this.meanLevel = meanLevel;
            this.own = own;
            this.agrees = agrees;
        }

        double textLevel() {
            return textLevel;
        }

        double meanLevel() {
            return meanLevel;
        }

        double[] own() {
            return own;
        }

        double agrees() {
            return agrees;
        }

        /// Returns the cosine of the class vector with `counter`.
        double level(double weight) {
            return (1 - weight) * textLevel + weight * meanLevel;
        }

        /// Returns the length of the part of the class vector that is orthogonal to `counter`.
        double rest(double weight) {
            double level = level(weight);
            return Math.sqrt(1 - level * level);
        }

        /// Returns the length of `(1 - weight) * own + weight * distinct`.
        double length(double weight) {
            double less = 1 - weight;
            return Math.sqrt(less * less + weight * weight + 2 * less * weight * agrees);
        }
    }

    /// Returns a label's text relative to this contrast.
    ///
    /// @param meanOfTexts of all labels, not of unit length
    Relative relative(Embedding text, double[] meanOfTexts) {
        double[] values = doubles(text);
        double level = Math.clamp(dot(values, counter), -1.0, 1.0);
        double[] own = orthogonal(values, counter, level);
        double[] direction = own == null ? distinct : own;
        double meanLevel = Math.clamp(dot(meanOfTexts, counter), -1.0, 1.0);
        return new Relative(level, meanLevel, direction, dot(direction, distinct));
    }

    static double[] doubles(Embedding vector) {
        float[] values = vector.toArray();
        double[] doubles = new double[values.length];
        for (int d = 0; d < values.length; d++) {
            doubles[d] = values[d];
        }
        return doubles;
    }

    static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int d = 0; d < left.length; d++) {
            sum += left[d] * right[d];
        }
        return sum;
    }

    private static double @Nullable [] orthogonal(double[] vector, double[] to, double cosine) {
        double[] rest = vector.clone();
        for (int d = 0; d < rest.length; d++) {
            rest[d] -= cosine * to[d];
        }
        return Sum.direction(rest);
    }
}
