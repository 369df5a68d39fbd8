package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import dev.clipstream.region.Lead;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Why an image has a label, or why not, with the current version of a label set.
///
/// @param set         the label set
/// @param label       the label
/// @param score       of the image for the label, whether it is tagged with it or not
/// @param tag         the tag that the image gets; null: none. A broader label has the score of a narrower one
/// @param threshold   the smallest probability of a tag with this label
/// @param prompts     those of the label, the nearest to the image first
/// @param others      the other labels of the set that are nearest to the image, best first, at most five
/// @param background  the background prompts that the label competes with, the nearest first. Empty: none, because the
///                    set's labels compete with each other, the model scores them one by one, or they are calibrated
/// @param ofThisModel whether calibrations and examples of the set belong to the model; otherwise they have no effect
/// @param lead        of the label before the others of the set
public record TagExplanation(
        LabelSet set,
        Label label,
        ScoredLabel score,
        @Nullable ScoredLabel tag,
        double threshold,
        List<Near> prompts,
        List<ScoredLabel> others,
        List<Near> background,
        boolean ofThisModel,
        Lead lead) {
    private static final int OTHERS = 5;

    /// A text and its cosine with the image.
    public record Near(String text, double cosine) {}

    /// Explains a score.
    ///
    /// @param encoder encodes the prompts anew, because taggers keep only the mean of each label's prompts
    /// @throws SearchException if the set does not have the label
    static TagExplanation of(ZeroShotTagger tagger, String labelId, Embedding image, TextEncoder encoder) {
        LabelSet set = tagger.labelSet();
        Label label = set.labels().stream()
                .filter(one -> one.id().equals(labelId))
                .findFirst()
                .orElseThrow(() -> new SearchException(
                        Kind.NO_LABEL,
                        "a label of the set '" + set.name() + "', version '" + set.version() + "'",
                        "'" + labelId + "'",
                        "choose one of GET /v1/labels"));
        List<ScoredLabel> all = tagger.scoreAll(image);
        Optional<ScoredLabel> tag = tagger.tag(image).stream()
                .filter(one -> one.labelId().equals(labelId))
                .findFirst();
        List<String> prompts = PromptTemplates.prompts(set, label);
        boolean ofThisModel = tagger.model().fingerprint().equals(set.modelFingerprint());
        Double threshold = ofThisModel ? label.threshold() : label.uncalibratedThreshold();
        List<String> background = label.calibration() == null || !ofThisModel ? tagger.background() : List.of();
        Map<String, Double> cosines = cosines(
                Stream.concat(prompts.stream(), background.stream()).distinct().toList(), image, encoder);
        return new TagExplanation(
                set,
                label,
                all.stream()
                        .filter(one -> one.labelId().equals(labelId))
                        .findFirst()
                        .orElseThrow(),
                tag.orElse(null),
                threshold == null ? set.threshold() : threshold,
                near(prompts, cosines),
                all.stream()
                        .filter(one -> !one.labelId().equals(labelId))
                        .limit(OTHERS)
                        .toList(),
                near(background, cosines),
                ofThisModel,
                tagger.lead(labelId).orElseThrow());
    }

    private static Map<String, Double> cosines(List<String> texts, Embedding image, TextEncoder encoder) {
        List<Embedding> vectors = encoder.encode(texts);
        Map<String, Double> cosines = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            cosines.put(texts.get(i), image.cosine(vectors.get(i)));
        }
        return cosines;
    }

    private static List<Near> near(List<String> texts, Map<String, Double> cosines) {
        List<Near> near = new ArrayList<>();
        for (String text : texts) {
            near.add(new Near(text, Objects.requireNonNull(cosines.get(text))));
        }
        near.sort(Comparator.comparingDouble(Near::cosine).reversed());
        return List.copyOf(near);
    }
}
