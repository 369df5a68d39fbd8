package dev.clipstream.tag.evaluation;

/// Decisions counted: true positives, false positives and false negatives.
///
/// @param tagged media that got the label
/// @param right  media that got the label and show it
/// @param shown  media that show the label
public record Counts(int tagged, int right, int shown) {

    /// Returns the share of the tags that are right; 0 without a tag, as in scikit-learn.
    public double precision() {
        return share(right, tagged);
    }

    /// Returns the share of the media that show the label which got it; 0 if no medium shows it.
    public double recall() {
        return share(right, shown);
    }

    /// Returns the harmonic mean of precision and recall; 0 if both are 0.
    public double f1() {
        return share(2 * right, tagged + shown);
    }

    Counts plus(Counts other) {
        return new Counts(tagged + other.tagged, right + other.right, shown + other.shown);
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
