package dev.clipstream.tag.fewshot;

import dev.clipstream.clip.Embedding;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.fewshot.Contrasts.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// Chooses the weights of examples by leave-one-out: each example is scored with class vectors that were made without
/// it, for each weight of a grid.
///
/// - EXCLUSIVE: one weight for all labels with examples, since they compete. Measured is the share of examples that are
///   right, as the mean over the labels: a positive is nearest to its label, a negative is not. Background pictures
///   count as one more label. They are right if they stay with the label that the texts alone give, or go to a label
///   without examples.
/// - MULTI: one weight for each label. Measured is the share of pairs of a positive and a counter-example that are in
///   the right order (the area under the ROC curve). Counter-examples are the label's negatives, the positives of the
///   other labels and the background.
///
/// Among equal shares, the greater margin wins: the mean cosine by which examples are on the right side. Among equal
/// margins, the smaller weight wins. A label of mode MULTI with fewer than two positives keeps weight 0, because
/// leaving one out leaves nothing to learn from; so do all labels in mode EXCLUSIVE if none has two examples of a kind.
///
/// Time grows with examples × labels × dimension. Deterministic.
public final class LeaveOneOut {
    /// The weights that are tried.
    static final double[] GRID = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};

    /// Means that differ by less are equal: their sums were rounded.
    private static final double SAME = 1e-9;

    private final List<Embedding> texts;
    private final double[] meanOfTexts;
    private final List<Shots> shots;
    private final List<Embedding> background;
    private final Contrasts contrasts;
    private final List<Example> examples;

    private LeaveOneOut(
            List<Embedding> texts, List<Shots> shots, @Nullable Embedding library, List<Embedding> background) {
        this.texts = texts;
        this.meanOfTexts = Sum.mean(texts);
        this.shots = shots;
        this.background = background;
        this.contrasts = new Contrasts(shots, library, texts.getFirst().dimension());
        this.examples = contrasts.examples();
    }

    /// Chooses the weights.
    ///
    /// @param texts      unit vector of each label's prompts, at least one
    /// @param shots      examples of each label
    /// @param library    mean of the vectors of many media. Null: not known
    /// @param background vectors of media that nobody has judged, most of which show none of the labels with
    ///                   examples; may be empty
    public static WeightChoice choose(
            LabelSet.Mode mode,
            List<Embedding> texts,
            List<Shots> shots,
            @Nullable Embedding library,
            List<Embedding> background) {
        LeaveOneOut choice = new LeaveOneOut(texts, shots, library, background);
        return new WeightChoice(mode == LabelSet.Mode.EXCLUSIVE ? choice.exclusive() : choice.multi());
    }

    /// Shares and margins for each weight of the grid.
    private static final class Measured {
        private final double[] shares;
        private final double[] margins;

        Measured(double[] shares, double[] margins) {
            this.shares = shares;
            this.margins = margins;
        }

        int best() {
            int best = 0;
            for (int w = 1; w < shares.length; w++) {
                double gain = shares[w] - shares[best];
                if (gain > SAME || (gain > -SAME && margins[w] > margins[best] + SAME)) {
                    best = w;
                }
            }
            return best;
        }
    }

    private List<WeightChoice.Outcome> exclusive() {
        List<Measured> groups = new ArrayList<>();
        double[][] right = new double[shots.size()][GRID.length];
        double[][] margins = new double[shots.size()][GRID.length];
        for (Example example : examples) {
            double[][] cosines = cosines(example.vector(), example);
            int sign = example.positive() ? 1 : -1;
            for (int w = 0; w < GRID.length; w++) {
                double margin = sign * (cosines[example.label()][w] - nearest(cosines, w, example.label()));
                right[example.label()][w] += margin > 0 ? 1 : 0;
                margins[example.label()][w] += margin;
            }
        }
        for (int label = 0; label < shots.size(); label++) {
            if (count(label) > 0) {
                groups.add(mean(right[label], margins[label], count(label)));
            }
        }
        boolean evidence = shots.stream()
                .anyMatch(one -> one.positives().size() > 1 || one.negatives().size() > 1);
        if (!background.isEmpty()) {
            groups.add(background());
        }
        int best = evidence ? overall(groups).best() : 0;
        List<WeightChoice.Outcome> outcomes = new ArrayList<>();
        for (int label = 0; label < shots.size(); label++) {
            boolean moves = contrasts.of(label, null) != null;
            outcomes.add(outcome(
                    label, moves ? GRID[best] : 0, right[label][0] / count(label), right[label][best] / count(label)));
        }
        return outcomes;
    }

    private List<WeightChoice.Outcome> multi() {
        List<WeightChoice.Outcome> outcomes = new ArrayList<>();
        for (int label = 0; label < shots.size(); label++) {
            Measured measured = shots.get(label).positives().isEmpty() ? null : ordered(label);
            int best = measured == null || shots.get(label).positives().size() < 2 ? 0 : measured.best();
            double before = measured == null ? Double.NaN : measured.shares[0];
            double after = measured == null ? Double.NaN : measured.shares[best];
            outcomes.add(outcome(label, GRID[best], before, after));
        }
        return outcomes;
    }

    private WeightChoice.Outcome outcome(int label, double weight, double before, double after) {
        return new WeightChoice.Outcome(
                weight,
                shots.get(label).positives().size(),
                shots.get(label).negatives().size(),
                before,
                after);
    }

    private int count(int label) {
        return shots.get(label).positives().size()
                + shots.get(label).negatives().size();
    }

    private Measured background() {
        double[] right = new double[GRID.length];
        double[] margins = new double[GRID.length];
        for (Embedding picture : background) {
            double[][] cosines = cosines(picture, null);
            int before = nearestOf(cosines, 0);
            for (int w = 0; w < GRID.length; w++) {
                int after = nearestOf(cosines, w);
                right[w] += after == before || count(after) == 0 ? 1 : 0;
                margins[w] += cosines[before][w] - nearest(cosines, w, before);
            }
        }
        return mean(right, margins, background.size());
    }

    /// Measures the order of a label's positives and its counter-examples.
    private Measured ordered(int label) {
        List<double[]> shows = new ArrayList<>();
        List<double[]> counter = new ArrayList<>();
        for (Example example : examples) {
            if (example.label() == label || example.positive()) {
                double[] cosines = cosines(label, example.vector(), example);
                (example.label() == label && example.positive() ? shows : counter).add(cosines);
            }
        }
        background.forEach(picture -> counter.add(cosines(label, picture, null)));
        double[] shares = new double[GRID.length];
        double[] margins = new double[GRID.length];
        for (int w = 0; w < GRID.length; w++) {
            int weight = w;
            double[] above =
                    shows.stream().mapToDouble(cosines -> cosines[weight]).toArray();
            double[] below =
                    counter.stream().mapToDouble(cosines -> cosines[weight]).toArray();
            shares[w] = rightlyOrdered(above, below);
            margins[w] = DoubleStream.of(above).average().orElse(0)
                    - DoubleStream.of(below).average().orElse(0);
        }
        return counter.isEmpty()
                ? new Measured(new double[GRID.length], new double[GRID.length])
                : new Measured(shares, margins);
    }

    /// Returns the share of pairs in which the first is greater; equal ones count half.
    private static double rightlyOrdered(double[] above, double[] below) {
        double[] sorted = below.clone();
        Arrays.sort(sorted);
        double right = 0;
        for (double value : above) {
            int less = places(sorted, Math.nextDown(value));
            right += less + (places(sorted, value) - less) / 2.0;
        }
        return right / ((double) above.length * below.length);
    }

    /// Returns how many sorted values are at most `limit`.
    private static int places(double[] sorted, double limit) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle] <= limit) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private static Measured mean(double[] right, double[] margins, int count) {
        return new Measured(
                Arrays.stream(right).map(sum -> sum / count).toArray(),
                Arrays.stream(margins).map(sum -> sum / count).toArray());
    }

    private static Measured overall(List<Measured> groups) {
        double[] shares = new double[GRID.length];
        double[] margins = new double[GRID.length];
        for (Measured group : groups) {
            for (int w = 0; w < GRID.length; w++) {
                shares[w] += group.shares[w] / groups.size();
                margins[w] += group.margins[w] / groups.size();
            }
        }
        return new Measured(shares, margins);
    }

    private static double nearest(double[][] cosines, int weight, int except) {
        double nearest = -1;
        for (int label = 0; label < cosines.length; label++) {
            nearest = label == except ? nearest : Math.max(nearest, cosines[label][weight]);
        }
        return nearest;
    }

    private static int nearestOf(double[][] cosines, int weight) {
        int nearest = 0;
        for (int label = 1; label < cosines.length; label++) {
            nearest = cosines[label][weight] > cosines[nearest][weight] ? label : nearest;
        }
        return nearest;
    }

    private double[][] cosines(Embedding picture, @Nullable Example leftOut) {
        double[][] cosines = new double[texts.size()][];
        for (int label = 0; label < cosines.length; label++) {
            cosines[label] = cosines(label, picture, leftOut);
        }
        return cosines;
    }

    /// Returns the cosines of a picture with a label's class vector for each weight of the grid.
    private double[] cosines(int label, Embedding picture, @Nullable Example leftOut) {
        double[] cosines = new double[GRID.length];
        double textOfPicture = texts.get(label).cosine(picture);
        Contrast contrast = contrasts.of(label, leftOut);
        if (contrast == null) {
            Arrays.fill(cosines, textOfPicture);
            return cosines;
        }
        Contrast.Relative relative = contrast.relative(texts.get(label), meanOfTexts);
        double[] image = Contrast.doubles(picture);
        double counterOfPicture = Contrast.dot(contrast.counter(), image);
        double ownOfPicture = Contrast.dot(relative.own(), image);
        double distinctOfPicture = Contrast.dot(contrast.distinct(), image);
        for (int w = 0; w < GRID.length; w++) {
            double length = relative.length(GRID[w]);
            double blended = (1 - GRID[w]) * ownOfPicture + GRID[w] * distinctOfPicture;
            cosines[w] = length == 0
                    ? textOfPicture
                    : relative.level(GRID[w]) * counterOfPicture + relative.rest(GRID[w]) * blended / length;
        }
        return cosines;
    }
}
