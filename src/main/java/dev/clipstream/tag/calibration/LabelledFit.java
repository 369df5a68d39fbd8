package dev.clipstream.tag.calibration;

import dev.clipstream.label.LabelCalibration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/// Calibrates a label from media that are known to show it or not.
///
/// The probability is Platt's: a logistic in the cosine, fitted by maximum likelihood to targets of (P + 1) / (P + 2) for
/// the P media that show the label and 1 / (N + 2) for the N others, so that a few media cannot make it certain (J. Platt,
/// *Probabilistic outputs for support vector machines*, 1999; fitted as Lin, Lin and Weng, 2007, propose).
///
/// The threshold is the least one from which on the precision on these media reaches the target.
public final class LabelledFit {
    /// The least number of media that show the label, and of those that do not.
    public static final int MIN_MEDIA = 5;

    private static final int FOLDS = 5;

    /// 95th percentile of the standard normal distribution.
    private static final double CONFIDENCE = 1.6448536269514722;

    private final double precision;

    /// @param precision target of the thresholds, above 0, at most 1
    public LabelledFit(double precision) {
        this.precision = precision;
    }

    /// Fits one label.
    ///
    /// @param cosines of the media with the label
    /// @param shows   whether each medium shows it
    public FittedLabel fit(String label, double[] cosines, boolean[] shows) {
        int positives = positives(shows);
        if (positives < MIN_MEDIA) {
            return FittedLabel.uncalibrated(
                    label,
                    "expected at least " + MIN_MEDIA + " media that show the label, found " + positives
                            + ": add some to the truth");
        }
        if (shows.length - positives < MIN_MEDIA) {
            return FittedLabel.uncalibrated(
                    label,
                    "expected at least " + MIN_MEDIA + " media that do not show the label, found "
                            + (shows.length - positives) + ": add some to the truth");
        }
        Logistic logistic = platt(cosines, shows).rounded();
        if (!(logistic.slope() > 0)) {
            return FittedLabel.uncalibrated(
                    label,
                    "expected greater cosines for media that show the label, found none: reword its prompts or give"
                            + " examples");
        }
        Cut cut = cut(cosines, shows, precision);
        double threshold = floor(logistic.probability(cut.cosine));
        int tagged = 0;
        int right = 0;
        for (int i = 0; i < cosines.length; i++) {
            if (logistic.probability(cosines[i]) >= threshold) {
                tagged++;
                right += shows[i] ? 1 : 0;
            }
        }
        double achieved = tagged == 0 ? 0 : (double) right / tagged;
        LabelCalibration calibration = new LabelCalibration(
                logistic.slope(),
                logistic.intercept(),
                LabelCalibration.Method.LABELLED,
                cosines.length,
                positives,
                precision,
                round(achieved),
                round((double) right / positives),
                round(crossValidatedBrier(cosines, shows)));
        return new FittedLabel(
                label,
                calibration,
                threshold,
                round(wilsonFloor(right, tagged)),
                achieved >= precision
                        ? null
                        : String.format(
                                Locale.ROOT,
                                "expected a threshold with a precision of %.2f, found at most %.2f: give examples, reword"
                                        + " the prompts or accept less",
                                precision,
                                achieved));
    }

    static Logistic platt(double[] cosines, boolean[] shows) {
        int positives = positives(shows);
        double yes = (positives + 1.0) / (positives + 2.0);
        double no = 1.0 / (shows.length - positives + 2.0);
        double[] targets = new double[shows.length];
        for (int i = 0; i < shows.length; i++) {
            targets[i] = shows[i] ? yes : no;
        }
        double[] weights = new double[shows.length];
        Arrays.fill(weights, 1);
        return Logistic.fit(cosines, targets, weights);
    }

    /// A cosine from which on media get the label.
    private record Cut(double cosine, double precision) {}

    /// Returns the lowest cut with the target precision; without one, the lowest cut among those with the best precision.
    /// A cut lies in the middle between two media, so that neither is at its edge.
    private static Cut cut(double[] cosines, boolean[] shows, double target) {
        int[] descending = IntStream.range(0, cosines.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -cosines[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        Cut sufficient = null;
        Cut best = new Cut(1, -1);
        int right = 0;
        for (int i = 0; i < descending.length; i++) {
            right += shows[descending[i]] ? 1 : 0;
            double here = cosines[descending[i]];
            double next = i + 1 < descending.length ? cosines[descending[i + 1]] : here;
            if (i + 1 < descending.length && next == here) {
                continue; // equal cosines are on one side
            }
            Cut cut = new Cut((here + next) / 2, (double) right / (i + 1));
            if (cut.precision >= target) {
                sufficient = cut;
            }
            if (cut.precision >= best.precision) {
                best = cut;
            }
        }
        return sufficient == null ? best : sufficient;
    }

    /// Returns the mean squared error of probabilities that were fitted without the medium in question: each fifth of the
    /// media with a logistic of the other four. Both kinds of media are dealt to the fifths in turn.
    private static double crossValidatedBrier(double[] cosines, boolean[] shows) {
        int[] folds = new int[shows.length];
        int yes = 0;
        int no = 0;
        for (int i = 0; i < shows.length; i++) {
            folds[i] = (shows[i] ? yes++ : no++) % FOLDS;
        }
        double sum = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            int current = fold;
            int[] others = IntStream.range(0, shows.length)
                    .filter(i -> folds[i] != current)
                    .toArray();
            double[] otherCosines =
                    Arrays.stream(others).mapToDouble(i -> cosines[i]).toArray();
            boolean[] otherShows = new boolean[others.length];
            for (int i = 0; i < others.length; i++) {
                otherShows[i] = shows[others[i]];
            }
            Logistic logistic = platt(otherCosines, otherShows);
            for (int i = 0; i < shows.length; i++) {
                if (folds[i] == fold) {
                    double error = logistic.probability(cosines[i]) - (shows[i] ? 1 : 0);
                    sum += error * error;
                }
            }
        }
        return sum / shows.length;
    }

    /// Returns the lower end of Wilson's score interval of a share (E. B. Wilson, *Probable inference, the law of
    /// succession, and statistical inference*, JASA 1927).
    static double wilsonFloor(int successes, int trials) {
        if (trials == 0) {
            return 0;
        }
        double share = (double) successes / trials;
        double z2 = CONFIDENCE * CONFIDENCE / trials;
        double centre = share + z2 / 2;
        double spread = CONFIDENCE * Math.sqrt(share * (1 - share) / trials + z2 / (4 * trials));
        return Math.max(0, (centre - spread) / (1 + z2));
    }

    private static int positives(boolean[] shows) {
        int positives = 0;
        for (boolean one : shows) {
            positives += one ? 1 : 0;
        }
        return positives;
    }

    static double floor(double probability) {
        return Math.floor(probability * 1e6) / 1e6;
    }

    static double round(double share) {
        return Math.round(share * 1e5) / 1e5;
    }
}
