package dev.clipstream.tag.fewshot;

import dev.clipstream.clip.Embedding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The vectors that images are compared with: the text of each label, blended with its examples.
///
/// ```
/// level        = (1 - w) * cosine(text, counter) + w * (mean cosine of the texts of all labels with counter)
/// own          = normalize(text - cosine(text, counter) * counter)
/// distinct     = normalize(positives - cosine(positives, counter) * counter)
/// class vector = level * counter + sqrt(1 - level²) * normalize((1 - w) * own + w * distinct)
/// ```
///
/// - `text`: the unit vector of the label's prompts.
/// - `positives`: the unit mean of the label's positive examples.
/// - `counter`: the unit mean of the label's own negative examples and of the others. The others are the unit mean of
///   the positives of each other label, one vote each, and of the library, one vote. If there are negatives and
///   others, each of the two has half of the weight.
/// - `w`: the weight of the examples. With 0 the class vector is the text.
/// - A label without positives, or whose positives have nothing to be compared with, keeps its text vector.
///
/// The mean of the positives is the prototype of Snell et al. (Prototypical Networks, 2017). Moving a query towards
/// relevant examples and away from others is relevance feedback (Rocchio, 1971). The blend of two classifiers by one
/// weight is that of WiSE-FT (Wortsman et al., 2022).
///
/// The blend keeps the level of the texts' cosines with `counter`, because CLIP's images lie in a narrow cone that is
/// far from its texts (Liang et al., Mind the Gap, 2022): a mean of images is nearer to every image than any text is. A
/// label with examples would beat all labels without. So the average picture has the same cosine with the label as with
/// a text, and only what distinguishes the examples counts.
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
        double[] meanOfTexts = Sum.mean(texts);
        List<Embedding> vectors = new ArrayList<>(texts.size());
        for (int label = 0; label < texts.size(); label++) {
            vectors.add(blend(texts.get(label), meanOfTexts, contrasts.of(label, null), weights.get(label)));
        }
        return vectors;
    }

    private static Embedding blend(Embedding text, double[] meanOfTexts, @Nullable Contrast contrast, double weight) {
        if (!(weight >= 0 && weight <= 1)) {
            throw new IllegalArgumentException("Expected a weight of examples from 0 to 1, found " + weight + ".");
        }
        if (contrast == null || weight == 0) {
            return text;
        }
        Contrast.Relative relative = contrast.relative(text, meanOfTexts);
        double length = relative.length(weight);
        if (length == 0) {
            return text; // the examples are the opposite of the text, and have as much weight
        }
        float[] values = new float[text.dimension()];
        for (int d = 0; d < values.length; d++) {
            double blended = (1 - weight) * relative.own()[d] + weight * contrast.distinct()[d];
            values[d] =
                    (float) (relative.level(weight) * contrast.counter()[d] + relative.rest(weight) * blended / length);
        }
        return Embedding.normalize(values);
    }
}
