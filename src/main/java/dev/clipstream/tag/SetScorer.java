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
/// If the error of the rest could decide whether a label reaches its threshold, the single path decides.
///
/// With calibrations, the order of the labels is not that of their cosines. If all labels are calibrated, each one has
/// a cosine at which it reaches its threshold, which does not depend on the image; otherwise the single path decides.
///
/// Used by one thread.
final class SetScorer {
    private static final int BLOCK = 64;

    /// A label with at least this share of the sum has an exact term.
    private static final double GREAT_SHARE = 1.0 / 16;

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
        this.calibrated = tagger.calibrations().cosines(thresholds);
        this.maxima = new float[Math.ceilDiv(labels, BLOCK)];
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
        float top = blockMaxima(row);
        double sum = exponentials.sum(row, from, least.length, scale, top);
        double great = top + Math.log(sum * GREAT_SHARE) / scale;
        collect(row, top + Math.log(sum) / scale, great);
        exactCosines(image);
        double exact = 0;
        for (int i = 0; i < count; i++) {
            double term = Math.exp(scale * (candidateCosines[i] - top));
            exact += term;
            sum += term - Math.exp(scale * (row[from + candidates[i]] - (double) top));
        }
        double inexactShare = Math.max(0, 1 - exact / sum);
        double doubt = inexactShare * Math.expm1(scale * cosineError) + Exponentials.RELATIVE_ERROR;
        Probabilities probabilities = new Probabilities.Softmax(scoring, scoring.logit(top) + Math.log(sum));
        if (!decides(probabilities, doubt)) {
            undecided++;
            return tagger.tag(image);
        }
        return tagger.tags(candidates, count, cosines, probabilities);
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
            if (threshold > 0 && Math.abs(probability - threshold) <= 2 * doubt * probability) {
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
        blockMaxima(row);
        collect(row, (weight - scoring.bias()) / scoring.scale(), Double.POSITIVE_INFINITY);
        if (count == 0) {
            return List.of();
        }
        exactCosines(image);
        return tagger.tags(candidates, count, cosines, tagger.probabilities(image, cosines));
    }

    /// Finds the greatest product of each block of labels, and returns the greatest of all.
    private float blockMaxima(float[] row) {
        float top = Float.NEGATIVE_INFINITY;
        for (int block = 0; block < maxima.length; block++) {
            int start = from + block * BLOCK;
            maxima[block] = greatest(row, start, Math.min(start + BLOCK, from + least.length));
            top = Math.max(top, maxima[block]);
        }
        return top;
    }

    private static float greatest(float[] row, int start, int end) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = start; i < end; i++) {
            greatest = Math.max(greatest, row[i]);
        }
        return greatest;
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
        double cut = leastOfAll + shift - margin;
        double sought = Math.min(cut, great);
        int sure = 0;
        int found = 0;
        for (int block = 0; block < maxima.length; block++) {
            if (maxima[block] < sought) {
                continue;
            }
            int start = block * BLOCK;
            int end = Math.min(start + BLOCK, least.length);
            for (int label = start; label < end; label++) {
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
