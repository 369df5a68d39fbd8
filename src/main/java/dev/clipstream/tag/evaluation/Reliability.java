package dev.clipstream.tag.evaluation;

import java.util.ArrayList;
import java.util.List;

/// How probabilities compare with what is observed, in ten bins of equal width.
///
/// @param bins  those that hold a probability, ascending
/// @param count number of probabilities
public record Reliability(List<Bin> bins, int count) {
    /// Number of bins.
    public static final int BINS = 10;

    /// The probabilities from a tenth to the next one; the last bin includes 1.
    ///
    /// @param from            lower end
    /// @param count           number of probabilities in the bin, at least 1
    /// @param meanProbability their mean
    /// @param observed        the share of them whose medium shows the label
    public record Bin(double from, int count, double meanProbability, double observed) {}

    public Reliability {
        bins = List.copyOf(bins);
    }

    static Reliability of(List<LabelOutcomes> labels) {
        int[] counts = new int[BINS];
        int[] shown = new int[BINS];
        double[] sums = new double[BINS];
        int total = 0;
        for (LabelOutcomes label : labels) {
            for (int i = 0; i < label.shows().length; i++) {
                double probability = label.probabilities()[i];
                int bin = Math.min((int) (probability * BINS), BINS - 1);
                counts[bin]++;
                sums[bin] += probability;
                shown[bin] += label.shows()[i] ? 1 : 0;
                total++;
            }
        }
        List<Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            if (counts[bin] > 0) {
                bins.add(new Bin(
                        (double) bin / BINS, counts[bin], sums[bin] / counts[bin], (double) shown[bin] / counts[bin]));
            }
        }
        return new Reliability(bins, total);
    }

    /// Returns the expected calibration error: the mean over all probabilities of the distance between their bin's mean
    /// probability and the share observed there (M. P. Naeini, G. Cooper and M. Hauskrecht, *Obtaining well calibrated
    /// probabilities using Bayesian binning*, AAAI 2015); 0 without a probability.
    public double expectedCalibrationError() {
        double error = 0;
        for (Bin bin : bins) {
            error += bin.count * Math.abs(bin.meanProbability - bin.observed);
        }
        return count == 0 ? 0 : error / count;
    }
}
