package dev.clipstream.tag.calibration;

import dev.clipstream.label.LabelCalibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/// Calibrates the labels of a set from media whose labels are not known.
///
/// Most media of a library do not show a given label, so the bulk of its cosines is the distribution of media without
/// it: an empirical null (B. Efron, *Large-scale simultaneous hypothesis testing: the choice of a null hypothesis*,
/// JASA 2004). A normal distribution is fitted to the lower half of the cosines, where media that show the label do not
/// lie: its mean is their median, its standard deviation the distance from there to the 16th percentile. In units of
/// this distribution, the cosines of all labels are comparable.
///
/// In these units, media that show a label are assumed to follow one normal distribution for all labels, which
/// expectation maximisation finds in the upper tails of all labels together, given the share of media that show a
/// label. The posterior probability of that component is approximated by a logistic, as it is one if both deviations
/// are equal.
///
/// The share has to be assumed. Estimates of it for single labels were off by factors of three and more on media whose
/// labels are known, since a tail that is slightly heavier than normal holds more media than a rare label. A label that
/// nothing shows is not forced on any medium, because what is a high cosine does not depend on the label's share.
public final class UnlabelledFit {
    /// The least number of media.
    public static final int MIN_MEDIA = 50;

    /// Least probability of a threshold.
    private static final double MIN_THRESHOLD = 0.5;

    /// The distance from the median to the 16th percentile, in standard deviations of a normal distribution.
    private static final double MEDIAN_TO_16TH = 0.994457883209753;

    private static final double BIN = 0.02;
    private static final double RANGE = 30;
    private static final int STEPS = 300;
    private static final double CONVERGED = 1e-6;
    private static final double LEAST_SEPARATION = 2;
    private static final double LEAST_SPREAD = 0.3;
    private static final double GREATEST_SPREAD = 1.5;

    private final double share;

    /// @param share of the media that show a label, on average over the labels: above 0, at most 0.5
    public UnlabelledFit(double share) {
        this.share = share;
    }

    /// Fits all labels.
    ///
    /// @param labels  ids of the labels, at least one
    /// @param cosines returns those of the media with a label, given its place; called twice for each label, so that
    ///                they need not be kept
    /// @throws IllegalArgumentException if there are fewer than [#MIN_MEDIA] media
    public List<FittedLabel> fit(List<String> labels, IntFunction<double[]> cosines) {
        List<Null> nulls = new ArrayList<>();
        long[] bins = new long[(int) (2 * RANGE / BIN) + 1];
        for (int label = 0; label < labels.size(); label++) {
            double[] all = cosines.apply(label);
            if (all.length < MIN_MEDIA) {
                throw new IllegalArgumentException(
                        "expected at least " + MIN_MEDIA + " media, found " + all.length + ": take more");
            }
            Null own = Null.of(all);
            nulls.add(own);
            if (own.deviation > 0) {
                for (double cosine : all) {
                    bins[bin(own.standardised(cosine))]++;
                }
            }
        }
        Logistic common = logistic(bins);
        double threshold = threshold(common, bins);
        List<FittedLabel> fitted = new ArrayList<>();
        for (int label = 0; label < labels.size(); label++) {
            fitted.add(fitted(labels.get(label), cosines.apply(label), nulls.get(label), common, threshold));
        }
        return fitted;
    }

    private FittedLabel fitted(String label, double[] cosines, Null own, Logistic common, double threshold) {
        if (!(own.deviation > 0)) {
            return FittedLabel.uncalibrated(
                    label, "expected media of different cosines, found equal ones: take other media");
        }
        double slope = common.slope() / own.deviation;
        Logistic logistic = new Logistic(slope, common.intercept() - slope * own.mean).rounded();
        long tagged = Arrays.stream(cosines)
                .filter(cosine -> logistic.probability(cosine) >= threshold)
                .count();
        LabelCalibration calibration = new LabelCalibration(
                logistic.slope(),
                logistic.intercept(),
                LabelCalibration.Method.UNLABELLED,
                cosines.length,
                null,
                share,
                LabelledFit.round((double) tagged / cosines.length),
                null,
                null);
        String note = tagged > 0
                ? null
                : String.format(
                        Locale.ROOT, "no medium reaches the threshold %.2f: the library may not show it", threshold);
        return new FittedLabel(label, calibration, threshold, null, note);
    }

    /// Finds the component of media that show a label, and approximates its posterior probability.
    private Logistic logistic(long[] bins) {
        double separation = 3;
        double spread = 0.7;
        double[] posterior = posterior(separation, spread);
        for (int step = 0; step < STEPS; step++) {
            double total = 0;
            double sum = 0;
            for (int bin = 0; bin < bins.length; bin++) {
                total += bins[bin] * posterior[bin];
                sum += bins[bin] * posterior[bin] * value(bin);
            }
            double mean = total > 0 ? Math.max(sum / total, LEAST_SEPARATION) : LEAST_SEPARATION;
            double squares = 0;
            for (int bin = 0; bin < bins.length; bin++) {
                double distance = value(bin) - mean;
                squares += bins[bin] * posterior[bin] * distance * distance;
            }
            double deviation =
                    total > 0 ? Math.clamp(Math.sqrt(squares / total), LEAST_SPREAD, GREATEST_SPREAD) : LEAST_SPREAD;
            boolean converged = Math.abs(mean - separation) + Math.abs(deviation - spread) < CONVERGED;
            separation = mean;
            spread = deviation;
            posterior = posterior(separation, spread);
            if (converged) {
                break;
            }
        }
        double[] values = new double[bins.length];
        double[] weights = new double[bins.length];
        double highest = 0;
        for (int bin = 0; bin < bins.length; bin++) {
            values[bin] = value(bin);
            weights[bin] = bins[bin];
            // a narrower second component has a falling end, where the null's tail would be more probable again
            highest = Math.max(highest, posterior[bin]);
            posterior[bin] = highest;
        }
        return Logistic.fit(values, posterior, weights);
    }

    /// Returns the posterior probability of the second component for each bin; 0 below the null's mean.
    private double[] posterior(double separation, double spread) {
        double[] posterior = new double[(int) (2 * RANGE / BIN) + 1];
        for (int bin = 0; bin < posterior.length; bin++) {
            double z = value(bin);
            if (z > 0) {
                double distance = (z - separation) / spread;
                double logOdds = Math.log(share / (1 - share) / spread) + (z * z - distance * distance) / 2;
                posterior[bin] = 1 / (1 + Math.exp(-logOdds));
            }
        }
        return posterior;
    }

    /// Returns the probability from which on as large a part of all pairs of a medium and a label is tagged as is
    /// assumed to show the label, but at least a half.
    private double threshold(Logistic common, long[] bins) {
        double wanted = share * Arrays.stream(bins).sum();
        long above = 0;
        int bin = bins.length - 1;
        while (bin > 0 && above + bins[bin] <= wanted) {
            above += bins[bin];
            bin--;
        }
        return Math.max(MIN_THRESHOLD, LabelledFit.floor(common.probability(value(bin) + BIN / 2)));
    }

    private static int bin(double z) {
        return (int) Math.round((Math.clamp(z, -RANGE, RANGE) + RANGE) / BIN);
    }

    private static double value(int bin) {
        return bin * BIN - RANGE;
    }

    /// The normal distribution of the cosines of media that do not show a label.
    private record Null(double mean, double deviation) {
        static Null of(double[] cosines) {
            double[] sorted = cosines.clone();
            Arrays.sort(sorted);
            double median = quantile(sorted, 0.5);
            return new Null(median, (median - quantile(sorted, 0.16)) / MEDIAN_TO_16TH);
        }

        double standardised(double cosine) {
            return (cosine - mean) / deviation;
        }

        private static double quantile(double[] sorted, double share) {
            double place = share * (sorted.length - 1);
            int below = (int) place;
            int above = Math.min(below + 1, sorted.length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }
}
