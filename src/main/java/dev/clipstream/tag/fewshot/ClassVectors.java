package dev.clipstream.tag.fewshot;

import dev.clipstream.clip.Embedding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The vectors that images are compared with: the text of each label, blended with its examples.
///
/// ```
/// class vector = normalize((1 - w) * text + w * (positives - counter))
/// ```
///
/// - `text`: the unit vector of the label's prompts.
/// - `positives`: the unit mean of the label's positive examples.
/// - `counter`: the unit mean of the label's own negative examples and of the others. The others are the unit mean of
///   the positives of each other label, one vote each, and of the library, one vote. If there are negatives and
///   others, each of the two has half of the weight.
/// - A label without positives, or whose positives have nothing to be compared with, keeps its text vector.
///
/// The mean of the positives is the prototype of Snell et al. (Prototypical Networks, 2017). The difference between
/// relevant and irrelevant examples, added to the query, is relevance feedback (Rocchio, 1971). The difference is
/// needed with CLIP, because its images lie in a narrow cone that is far from its texts (Liang et al., Mind the Gap,
/// 2022): a mean of images is nearer to every image than any text is, so a label with examples would beat all labels
/// without. Subtracting other images removes what all images have in common. The blend of two classifiers by one
/// weight is that of WiSE-FT (Wortsman et al., 2022).
public final class ClassVectors {
    private ClassVectors() {}

    /// Returns a vector for each label.
    ///
    /// @param texts   unit vector of each label's prompts
    /// @param shots   examples of each label
    /// @param library mean of the vectors of many media. Null: not known
    /// @param weights share of the examples in each label's vector, 0 (text alone) to 1 (examples alone)
    /// @throws IllegalArgumentException if the lists differ in length, a weight is out of range, or the vectors are
    ///         not of one dimension
    public static List<Embedding> of(
            List<Embedding> texts, List<Shots> shots, @Nullable Embedding library, List<Double> weights) {
        if (shots.size() != texts.size() || weights.size() != texts.size()) {
            throw new IllegalArgumentException("Expected examples and a weight for each of " + texts.size()
                    + " labels, found " + shots.size() + " and " + weights.size() + ". Pass one for each.");
        }
        if (texts.isEmpty()) {
            return List.of();
        }
        Contrasts contrasts = new Contrasts(shots, library, texts.getFirst().dimension());
        List<Embedding> vectors = new ArrayList<>(texts.size());
        for (int label = 0; label < texts.size(); label++) {
            vectors.add(blend(texts.get(label), contrasts.of(label, null), weights.get(label)));
        }
        return vectors;
    }

    private static Embedding blend(Embedding text, double @Nullable [] contrast, double weight) {
        if (!(weight >= 0 && weight <= 1)) {
            throw new IllegalArgumentException("Expected a weight of examples from 0 to 1, found " + weight + ".");
        }
        if (contrast == null || weight == 0) {
            return text;
        }
        float[] values = text.toArray();
        for (int d = 0; d < values.length; d++) {
            values[d] = (float) ((1 - weight) * values[d] + weight * contrast[d]);
        }
        return Embedding.normalize(values);
    }
}
