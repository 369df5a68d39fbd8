package dev.clipstream.tag.calibration;

import dev.clipstream.tag.evaluation.LabelOutcomes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Cosines of a library whose labels are known. Each label has a mean and a spread of its own; media that show it lie
/// 3.2 standard deviations higher.
///
/// @param all   cosines of each label
/// @param shown whether each medium shows each label
record Library(List<double[]> all, List<boolean[]> shown) {
    private static final double SEPARATION = 3.2;

    /// A probability of a label for a cosine.
    interface Scorer {
        double probability(int label, double cosine);
    }

    /// @param share of the media that show a label
    /// @param seed  of the media; labels are the same for each seed
    static Library of(int labels, int media, double share, long seed) {
        Random random = new Random(seed);
        List<double[]> cosines = new ArrayList<>();
        List<boolean[]> shown = new ArrayList<>();
        for (int label = 0; label < labels; label++) {
            double mean = 0.15 + 0.1 * label / labels;
            double spread = 0.02 + 0.01 * (label % 7) / 7;
            double[] all = new double[media];
            boolean[] shows = new boolean[media];
            for (int i = 0; i < media; i++) {
                shows[i] = Math.floorMod(i * 31 + label * 7, media) < Math.round(share * media);
                all[i] = mean + spread * (random.nextGaussian() + (shows[i] ? SEPARATION : 0));
            }
            cosines.add(all);
            shown.add(shows);
        }
        return new Library(cosines, shown);
    }

    List<String> labels() {
        return IntStream.range(0, all.size()).mapToObj(label -> "l" + label).toList();
    }

    double[] cosines(int label) {
        return all.get(label);
    }

    boolean[] shows(int label) {
        return shown.get(label);
    }

    List<LabelOutcomes> outcomes(Scorer scorer, double threshold) {
        List<LabelOutcomes> outcomes = new ArrayList<>();
        for (int label = 0; label < all.size(); label++) {
            int current = label;
            double[] probabilities = Arrays.stream(cosines(label))
                    .map(cosine -> scorer.probability(current, cosine))
                    .toArray();
            boolean[] tagged = new boolean[probabilities.length];
            for (int i = 0; i < tagged.length; i++) {
                tagged[i] = probabilities[i] >= threshold;
            }
            outcomes.add(new LabelOutcomes("l" + label, probabilities, tagged, shows(label)));
        }
        return outcomes;
    }
}
