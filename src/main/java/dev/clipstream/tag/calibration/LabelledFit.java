package dev.clipstream.tag.calibration;

import dev.clipstream.label.LabelCalibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Calibrates the labels of a set from media that are known to show them or not.
///
/// The probability is Platt's: a logistic in the cosine, fitted by maximum likelihood to targets of (P + 1) / (P + 2)
/// for media that show the label and 1 / (N + 2) for others, so that a few media cannot make it certain (J. Platt,
/// *Probabilistic outputs for support vector machines*, 1999; fitted as Lin, Lin and Weng, 2007, propose).
///
/// With a few media for each label, single fits are far too cautious: the probability of tags was 0.37 below their
/// precision with five media of a label. But the labels of a set resemble each other. In standard deviations of the
/// cosines of media that do not show a label, the slopes of all labels are about equal. So P and N count the media of
/// all labels, and the slope of each label is drawn to the one that they have in common, by a normal prior with a third
/// of it as standard deviation: a label with many media gets its own slope, a label with few that of the others. The
/// intercept is the label's own. For a single label, this is Platt's method.
///
/// The threshold is the least one from which on the precision on these media reaches the target.
public final class LabelledFit {
    /// The least number of media that show the label, and of those that do not.
    public static final int MIN_MEDIA = 5;

    private static final int FOLDS = 5;

    /// Labels that the common slope is fitted to. More would not change it.
    private static final int MAX_COMMON = 200;

    /// The prior's standard deviation as a part of the common slope.
    private static final double SPREAD = 1.0 / 3;

    /// 95th percentile of the standard normal distribution.
    private static final double CONFIDENCE = 1.6448536269514722;

    private final double precision;

    /// @param precision target of the thresholds, above 0, at most 1
    public LabelledFit(double precision) {
        this.precision = precision;
    }

    /// Fits all labels.
    ///
    /// @param labels  ids of the labels
    /// @param cosines returns those of the media with a label, given its place; called up to twice for each label, so
    ///                that they need not be kept
    /// @param shows   returns whether each medium shows a label, given its place
    public List<FittedLabel> fit(List<String> labels, IntFunction<double[]> cosines, IntFunction<boolean[]> shows) {
        long yes = 0;
        long no = 0;
        List<Integer> usable = new ArrayList<>();
        for (int label = 0; label < labels.size(); label++) {
            boolean[] shown = shows.apply(label);
            int positives = positives(shown);
            if (positives >= MIN_MEDIA && shown.length - positives >= MIN_MEDIA) {
                usable.add(label);
                yes += positives;
                no += shown.length - positives;
            }
        }
        Targets targets = new Targets((yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0));
        List<CommonSlope.Labelled> common = new ArrayList<>();
        int count = Math.min(MAX_COMMON, usable.size());
        for (int i = 0; i < count; i++) {
            int label = usable.get((int) ((long) i * usable.size() / count));
            boolean[] shown = shows.apply(label);
            common.add(new CommonSlope.Labelled(Standard.of(cosines.apply(label), shown).values, targets.of(shown)));
        }
        double slope = common.isEmpty() ? 0 : CommonSlope.fit(common);
        List<FittedLabel> fitted = new ArrayList<>();
        for (int label = 0; label < labels.size(); label++) {
            fitted.add(fit(labels.get(label), cosines.apply(label), shows.apply(label), targets, slope));
        }
        return fitted;
    }

    private FittedLabel fit(String label, double[] cosines, boolean[] shows, Targets targets, double commonSlope) {
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
        Standard standard = Standard.of(cosines, shows);
        Logistic logistic = commonSlope > 0 && standard.deviation > 0
                ? standard.inCosines(
                                Logistic.fit(standard.values, targets.of(shows), commonSlope, commonSlope * SPREAD))
                        .rounded()
                : new Logistic(0, 0);
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
                round(partlyCrossValidatedBrier(standard.values, shows, targets, commonSlope)));
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

    /// What the probabilities of media should be.
    ///
    /// @param yes of media that show the label
    /// @param no  of others
    private record Targets(double yes, double no) {
        double[] of(boolean[] shows) {
            double[] targets = new double[shows.length];
            for (int i = 0; i < shows.length; i++) {
                targets[i] = shows[i] ? yes : no;
            }
            return targets;
        }
    }

    /// The cosines of a label in units of those of media that do not show it.
    private static final class Standard {
        private final double mean;
        private final double deviation;
        private final double[] values;

        Standard(double mean, double deviation, double[] values) {
            this.mean = mean;
            this.deviation = deviation;
            this.values = values;
        }

        static Standard of(double[] cosines, boolean[] shows) {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < shows.length; i++) {
                sum += shows[i] ? 0 : cosines[i];
                count += shows[i] ? 0 : 1;
            }
            double mean = sum / count;
            double squares = 0;
            for (int i = 0; i < shows.length; i++) {
                squares += shows[i] ? 0 : (cosines[i] - mean) * (cosines[i] - mean);
            }
            double deviation = Math.sqrt(squares / count);
            double unit = deviation > 0 ? deviation : 1;
            return new Standard(
                    mean,
                    deviation,
                    Arrays.stream(cosines).map(cosine -> (cosine - mean) / unit).toArray());
        }

        Logistic inCosines(Logistic logistic) {
            double slope = logistic.slope() / deviation;
            return new Logistic(slope, logistic.intercept() - slope * mean);
        }
    }

    /// A cosine from which on media get the label.
    private record Cut(double cosine, double precision) {}

    /// Returns the lowest cut with the target precision; without one, the lowest cut among those with the best
    /// precision. A cut lies in the middle between two media, so that neither is at its edge.
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

    /// Returns the mean squared error of probabilities, with the logistic of each fifth of the media fitted to the
    /// other four. It is slightly optimistic: the scale of the cosines, the targets and the common slope come from all
    /// media. Both kinds of media are dealt to the fifths in turn.
    private static double partlyCrossValidatedBrier(
            double[] values, boolean[] shows, Targets targets, double commonSlope) {
        int[] folds = new int[shows.length];
        int yes = 0;
        int no = 0;
        for (int i = 0; i < shows.length; i++) {
            folds[i] = (shows[i] ? yes++ : no++) % FOLDS;
        }
        double[] all = targets.of(shows);
        double sum = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            int current = fold;
            int[] others = IntStream.range(0, shows.length)
                    .filter(i -> folds[i] != current)
                    .toArray();
            Logistic logistic = Logistic.fit(
                    Arrays.stream(others).mapToDouble(i -> values[i]).toArray(),
                    Arrays.stream(others).mapToDouble(i -> all[i]).toArray(),
                    commonSlope,
                    commonSlope * SPREAD);
            for (int i = 0; i < shows.length; i++) {
                if (folds[i] == fold) {
                    double error = logistic.probability(values[i]) - (shows[i] ? 1 : 0);
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
