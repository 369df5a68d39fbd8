package dev.clipstream.bench.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The weights to take, and why.
///
/// The fastest variant wins if it is clearly faster than the reference and its vectors and tags are close enough.
/// Otherwise the reference stays: stored vectors then compare with those of everybody who uses the trained weights.
///
/// @param weights one of the compared variants
/// @param reason  one or more sentences
public record Recommendation(String weights, String reason) {
    private static final double CLEARLY_FASTER = 1.2;
    private static final double CLOSE_MEAN_COSINE = 0.99;

    /// Not the number of first tags that change: labels that nearly tie change places without harm.
    private static final double MOST_PROBABILITY_CHANGE = 0.02;

    /// Recommends one of the variants.
    ///
    /// @param compared the reference first; at least one
    static Recommendation of(List<ComparedWeights> compared) {
        ComparedWeights reference = compared.getFirst();
        List<ComparedWeights> others = compared.subList(1, compared.size()).stream()
                .filter(variant -> !variant.defaultKernels())
                .toList();
        if (others.isEmpty()) {
            return new Recommendation(reference.weights(), "The bundle has no other weights that open.");
        }
        Optional<ComparedWeights> best = others.stream()
                .filter(variant -> variant.speedup() >= CLEARLY_FASTER && close(variant))
                .max(Comparator.comparingDouble(ComparedWeights::speedup));
        return best.map(variant -> new Recommendation(
                        variant.weights(),
                        facts(variant, reference)
                                + " Its vectors have a fingerprint of their own: do not mix them with those of "
                                + reference.weights() + " in one index."))
                .orElseGet(() -> new Recommendation(reference.weights(), stay(others, reference)));
    }

    private static boolean close(ComparedWeights variant) {
        return variant.imageLikeness().mean() >= CLOSE_MEAN_COSINE
                && variant.textLikeness().mean() >= CLOSE_MEAN_COSINE
                && variant.tags().meanProbabilityChange() <= MOST_PROBABILITY_CHANGE;
    }

    private static String stay(List<ComparedWeights> others, ComparedWeights reference) {
        ComparedWeights fastest = others.stream()
                .max(Comparator.comparingDouble(ComparedWeights::speedup))
                .orElseThrow();
        String fact = facts(fastest, reference);
        if (fastest.speedup() < CLEARLY_FASTER) {
            return String.format(
                    Locale.ROOT,
                    "No other weights are at least %.1f times as fast. The fastest: %s",
                    CLEARLY_FASTER,
                    fact);
        }
        return String.format(
                Locale.ROOT,
                "No faster weights keep a mean cosine of %.2f and probabilities within %.2f on average. The fastest: %s",
                CLOSE_MEAN_COSINE,
                MOST_PROBABILITY_CHANGE,
                fact);
    }

    private static String facts(ComparedWeights variant, ComparedWeights reference) {
        return String.format(
                Locale.ROOT,
                "%s runs %.2f times the images/s of %s with %.0f %% of the file size; mean cosine %.4f of images and %.4f"
                        + " of texts; the first tag's probability changes by %.3f on average, and %d of %d images get"
                        + " another first tag.",
                variant.weights(),
                variant.speedup(),
                reference.weights(),
                100.0 * variant.weightsBytes() / reference.weightsBytes(),
                variant.imageLikeness().mean(),
                variant.textLikeness().mean(),
                variant.tags().meanProbabilityChange(),
                variant.tags().firstChanged(),
                variant.tags().images());
    }
}
