package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.LabelSet;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the tags of one label set from float32 products of the image's vector with those of all labels.
///
/// The products only choose candidates: the labels whose exact cosine may reach a threshold and the best `topK`, given
/// the bound of the products' error. The candidates' cosines are then computed exactly, and the tags follow from them
/// as in [ZeroShotTagger#tag].
///
/// In mode MULTI, all that follows is exact. In mode EXCLUSIVE, the sum of all labels' exponentials comes from the
/// products, except for the terms of the candidates and of labels with a sixteenth of the sum or more, which are exact.
/// If the error of the rest could decide whether a label reaches its threshold, more terms are made exact; if it still
/// could, the single path decides.
///
/// With calibrations, the order of the labels is not that of their cosines. If all labels are calibrated, each one has
/// a cosine at which it reaches its threshold, which does not depend on the image; otherwise the single path decides.
///
/// Used by one thread.
final class SetScorer {
    /// Labels in a group of which only the greatest product is looked at, as long as it is too small.
    private static final int GROUP = 32;

    /// As many floats as the widest registers hold.
    private static final int MIN_GROUPS = 16;

    private static final int MAX_GROUPS = 256;

    /// A label with at least this share of the sum has an exact term. The second share is for images of which the first
    /// leaves a tag undecided.
    private static final double[] GREAT_SHARES = {1.0 / 16, 1.0 / 1024};

    /// More than the rounding of thresholds and logits changes, relative to a probability.
    private static final double ROUNDING = 1e-12;

    private final ZeroShotTagger tagger;
    private final Scoring scoring;
    private final boolean exclusive;
    private final int from;
    private final double cosineError;
    private final double[] thresholds;
    private final double[] least;
    private final double[] enough;
    private final double leastOfAll;
    private final double enoughOfAll;
    private final double @Nullable [] calibrated;
    private final Exponentials exponentials = new Exponentials();
    private final float[] maxima;
    private final int[] candidates;
    private final double[] candidateCosines;
    private final double[] cosines;
    private final float[] best;
    private final CandidateVectors vectors = new CandidateVectors();
    private int count;
    private long undecided;

    /// @param from        place of the first label's product in a row; the background prompts follow the labels
    /// @param cosineError bound of a product's error
    SetScorer(ZeroShotTagger tagger, int from, double cosineError) {
        this.tagger = tagger;
        this.scoring = tagger.scoring();
        this.exclusive = tagger.labelSet().mode() == LabelSet.Mode.EXCLUSIVE;
        this.from = from;
        this.cosineError = cosineError;
        this.thresholds = tagger.thresholds();
        int labels = thresholds.length;
        this.least = new double[labels];
        this.enough = new double[labels];
        for (int label = 0; label < labels; label++) {
            least[label] = inverse(thresholds[label] * (1 - ROUNDING)) / scoring.scale();
            double higher = thresholds[label] * (1 + ROUNDING) + ROUNDING;
            enough[label] = thresholds[label] == 0
                    ? Double.NEGATIVE_INFINITY
                    : higher < 1 - ROUNDING ? inverse(higher) / scoring.scale() : Double.POSITIVE_INFINITY;
        }
        this.leastOfAll = Arrays.stream(least).min().orElseThrow();
        this.enoughOfAll = Arrays.stream(enough).max().orElseThrow();
        this.calibrated = tagger.calibrations().cosines(thresholds);
        this.maxima = new float[Math.min(labels, Math.clamp(labels / GROUP, MIN_GROUPS, MAX_GROUPS))];
        this.candidates = new int[labels];
        this.candidateCosines = new double[labels];
        this.cosines = new double[labels];
        this.best = new float[Math.min(tagger.labelSet().topK(), labels)];
    }

    LabelSet labelSet() {
        return tagger.labelSet();
    }

    /// Returns the tags of an image, as [ZeroShotTagger#tag] does.
    ///
    /// @param row the products of the image's vector with all columns
    List<ScoredLabel> tag(float[] row, Embedding image) {
        if (calibrated != null) {
            return calibrated(row, image, calibrated);
        }
        if (tagger.calibrations().any()) {
            return tagger.tag(image);
        }
        return exclusive ? competing(row, image) : independent(row, image);
    }

    /// @param sufficient the cosine from which on each label reaches its threshold
    private List<ScoredLabel> calibrated(float[] row, Embedding image, double[] sufficient) {
        double margin = cosineError + ROUNDING;
        count = 0;
        for (int label = 0; label < sufficient.length; label++) {
            if (row[from + label] >= sufficient[label] - margin) {
                candidates[count++] = label;
            }
        }
        if (count == 0) {
            return List.of();
        }
        exactCosines(image);
        return tagger.tags(candidates, count, cosines, Probabilities.sigmoid(scoring));
    }

    /// Returns how many images the single path decided.
    long undecided() {
        return undecided;
    }

    private List<ScoredLabel> competing(float[] row, Embedding image) {
        double scale = scoring.scale();
        float top = groupMaxima(row);
        double inexactSum = exponentials.sum(row, from, least.length, scale, top);
        for (double greatShare : GREAT_SHARES) {
            collect(row, top + Math.log(inexactSum) / scale, top + Math.log(inexactSum * greatShare) / scale);
            exactCosines(image);
            double sum = inexactSum;
            double exact = 0;
            for (int i = 0; i < count; i++) {
                double term = Math.exp(scale * (candidateCosines[i] - top));
                exact += term;
                sum += term - Math.exp(scale * (row[from + candidates[i]] - (double) top));
            }
            double inexactShare = Math.max(0, 1 - exact / sum);
            double doubt = inexactShare * Math.expm1(scale * cosineError) + Exponentials.RELATIVE_ERROR;
            Probabilities probabilities = new Probabilities.Softmax(scoring, scoring.logit(top) + Math.log(sum));
            if (decides(probabilities, doubt)) {
                return tagger.tags(candidates, count, cosines, probabilities);
            }
        }
        undecided++;
        return tagger.tag(image);
    }

    /// Returns whether an error of the sum does not change which candidates reach their thresholds.
    ///
    /// @param doubt bound of the sum's relative error
    private boolean decides(Probabilities probabilities, double doubt) {
        if (!(doubt <= 0.5)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            double probability = probabilities.of(candidateCosines[i]);
            double threshold = thresholds[candidates[i]];
            double slack = ROUNDING * probability;
            if (threshold > 0
                    && threshold >= probability / (1 + doubt) - slack
                    && threshold <= probability / (1 - doubt) + slack) {
                return false;
            }
        }
        return true;
    }

    private List<ScoredLabel> independent(float[] row, Embedding image) {
        double weight = 0;
        if (scoring.kind() == Scoring.Kind.SOFTMAX) {
            float greatest = Float.NEGATIVE_INFINITY;
            int end = from + least.length + tagger.backgroundVectors().size();
            for (int i = from + least.length; i < end; i++) {
                greatest = Math.max(greatest, row[i]);
            }
            double sum = 0;
            for (int i = from + least.length; i < end; i++) {
                sum += Math.exp(scoring.scale() * (row[i] - (double) greatest));
            }
            weight = scoring.logit(greatest) + Math.log(sum);
        }
        groupMaxima(row);
        collect(row, (weight - scoring.bias()) / scoring.scale(), Double.POSITIVE_INFINITY);
        if (count == 0) {
            return List.of();
        }
        exactCosines(image);
        return tagger.tags(candidates, count, cosines, tagger.probabilities(image, cosines));
    }

    /// Finds the greatest product of each group of labels, and returns the greatest of all.
    ///
    /// A group has every n-th label, so that the inner loop has no dependency between iterations and is vectorised.
    private float groupMaxima(float[] row) {
        Arrays.fill(maxima, Float.NEGATIVE_INFINITY);
        for (int start = 0; start < least.length; start += maxima.length) {
            raise(maxima, row, from + start, Math.min(maxima.length, least.length - start));
        }
        float top = Float.NEGATIVE_INFINITY;
        for (float greatest : maxima) {
            top = Math.max(top, greatest);
        }
        return top;
    }

    private static void raise(float[] maxima, float[] row, int start, int width) {
        for (int i = 0; i < width; i++) {
            maxima[i] = Math.max(maxima[i], row[start + i]);
        }
    }

    /// Collects the labels that may become tags, and those with a great share.
    ///
    /// Both a label's product and the shift may be wrong by the cosine's error, so a label may reach its threshold
    /// from two errors below on, and surely does from two errors above on. Once `topK` labels surely do, a label that
    /// is two errors below the last of them cannot be a tag.
    ///
    /// @param shift what is added to `least` to get the cosine at which a label reaches its threshold
    /// @param great the cosine from which on a label is kept in any case
    private void collect(float[] row, double shift, double great) {
        double margin = 2 * cosineError + (Exponentials.RELATIVE_ERROR + ROUNDING) / scoring.scale();
        double cut = Math.max(leastOfAll + shift - margin, lastOfGroups(shift, margin));
        double sought = Math.min(cut, great);
        int sure = 0;
        int found = 0;
        for (int group = 0; group < maxima.length; group++) {
            if (maxima[group] < sought) {
                continue;
            }
            for (int label = group; label < least.length; label += maxima.length) {
                float product = row[from + label];
                if (product < sought || (product < great && product < least[label] + shift - margin)) {
                    continue;
                }
                candidates[found++] = label;
                if (product >= enough[label] + shift + margin && (sure < best.length || product > best[0])) {
                    sure = addBest(product, sure);
                    if (sure == best.length) {
                        cut = Math.max(cut, best[0] - margin);
                        sought = Math.min(cut, great);
                    }
                }
            }
        }
        count = 0;
        for (int i = 0; i < found; i++) {
            if (row[from + candidates[i]] >= sought) {
                candidates[count++] = candidates[i];
            }
        }
    }

    /// Returns the cosine from which on a label may be a tag, because the greatest products of `topK` groups surely
    /// are; negative infinity if there are fewer such groups.
    private double lastOfGroups(double shift, double margin) {
        int sure = 0;
        for (float greatest : maxima) {
            if (greatest >= enoughOfAll + shift + margin && (sure < best.length || greatest > best[0])) {
                sure = addBest(greatest, sure);
            }
        }
        return sure == best.length ? best[0] - margin : Double.NEGATIVE_INFINITY;
    }

    /// Adds a product to the best ones, ascending, in place of the least if they are full.
    private int addBest(float product, int size) {
        int place;
        if (size < best.length) {
            place = size;
            while (place > 0 && best[place - 1] > product) {
                best[place] = best[place - 1];
                place--;
            }
            best[place] = product;
            return size + 1;
        }
        place = 0;
        while (place + 1 < size && best[place + 1] < product) {
            best[place] = best[place + 1];
            place++;
        }
        best[place] = product;
        return size;
    }

    private void exactCosines(Embedding image) {
        image.cosines(vectors, candidateCosines);
        for (int i = 0; i < count; i++) {
            cosines[candidates[i]] = candidateCosines[i];
        }
    }

    /// Returns the logit, or in mode EXCLUSIVE the logarithm, of a probability.
    private double inverse(double probability) {
        return exclusive ? Math.log(probability) : Math.log(probability) - Math.log1p(-probability);
    }

    /// The vectors of the candidates.
    private final class CandidateVectors extends AbstractList<Embedding> {
        @Override
        public Embedding get(int index) {
            return tagger.labelVectors().get(candidates[index]);
        }

        @Override
        public int size() {
            return count;
        }
    }
}
