package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/// Tells what is on a picture by holding its vector against those of a label set's prompts.
///
/// A label's vector is the mean of its prompts' unit vectors, normalised again. Probabilities, with
/// logit = scale · cosine + bias:
///
/// | | model trained by softmax (CLIP) | by sigmoid (SigLIP) |
/// |---|---|---|
/// | EXCLUSIVE | softmax of the logits over all labels | the same, in which the bias cancels out |
/// | MULTI | softmax over one label and the background prompts | sigmoid of the logit |
///
/// EXCLUSIVE is a softmax for SigLIP, too, since what competes must sum to 1. In MULTI each label is
/// taken alone: the others have no part in its probability.
///
/// For one picture every one of these grows with the cosine, so the order of the tags is that of the
/// cosines whatever the mode; labels of equal cosine are ordered by id.
///
/// Immutable, hence safe for use by many threads. Texts are encoded in [#create] and [#with] alone; a
/// changed label set encodes only the prompts that it has not seen.
public final class ZeroShotTagger {
    private final LabelSet labelSet;
    private final Scoring scoring;
    private final ModelIdentity model;
    private final Map<List<String>, Embedding> known;
    private final LabelVectors labels;
    private final LabelVectors background;
    private final double[] thresholds;
    private final int[] ranks;

    private ZeroShotTagger(
            LabelSet labelSet, Scoring scoring, ModelIdentity model, Map<List<String>, Embedding> known) {
        this.labelSet = labelSet;
        this.scoring = scoring;
        this.model = model;
        this.known = known;
        this.labels = vectors(labelPrompts(labelSet));
        this.background = vectors(backgroundPrompts(labelSet, scoring));
        this.thresholds = labelSet.labels().stream()
                .mapToDouble(label -> label.threshold() == null ? labelSet.threshold() : label.threshold())
                .toArray();
        this.ranks = ranks(labelSet.labels());
    }

    /// Encodes a label set's prompts, all in one call of the encoder, each text once.
    ///
    /// @param encoder the text tower of `model`; not kept
    /// @param scoring of `model`
    /// @throws IllegalArgumentException if the encoder's vectors are not of the model's dimension
    public static ZeroShotTagger create(LabelSet labels, TextEncoder encoder, Scoring scoring, ModelIdentity model) {
        return new ZeroShotTagger(labels, scoring, model, encode(labels, encoder, scoring, model, Map.of()));
    }

    /// A tagger of the same model for a changed label set: only prompts that this one does not know are
    /// encoded, and what the new set does not need is forgotten.
    ///
    /// @param encoder the text tower of [#model()]; not called if nothing is new; not kept
    public ZeroShotTagger with(LabelSet changed, TextEncoder encoder) {
        return new ZeroShotTagger(changed, scoring, model, encode(changed, encoder, scoring, model, known));
    }

    /// The label set.
    public LabelSet labelSet() {
        return labelSet;
    }

    /// The model whose vectors this tagger takes.
    public ModelIdentity model() {
        return model;
    }

    /// The tags of a picture: best first, at most [LabelSet#topK()], each with at least its label's
    /// threshold or, where it has none, the set's. Empty: no label reached it.
    ///
    /// @param picture a vector of [#model()]
    /// @throws IllegalArgumentException if its dimension is not the model's
    public List<ScoredLabel> tag(Embedding picture) {
        double[] cosines = cosines(picture);
        Probabilities probabilities = probabilities(picture, cosines);
        BestLabels best = new BestLabels(cosines, ranks, labelSet.topK());
        for (int label = 0; label < cosines.length; label++) {
            if (best.wants(label) && probabilities.of(cosines[label]) >= thresholds[label]) {
                best.add(label);
            }
        }
        return scored(best.bestFirst(), cosines, probabilities);
    }

    /// Every label of the set with its score, best first, whatever the thresholds.
    ///
    /// @param picture a vector of [#model()]
    /// @throws IllegalArgumentException if its dimension is not the model's
    public List<ScoredLabel> scoreAll(Embedding picture) {
        double[] cosines = cosines(picture);
        BestLabels best = new BestLabels(cosines, ranks, cosines.length);
        for (int label = 0; label < cosines.length; label++) {
            best.add(label);
        }
        return scored(best.bestFirst(), cosines, probabilities(picture, cosines));
    }

    private double[] cosines(Embedding picture) {
        if (picture.dimension() != model.dimension()) {
            throw new IllegalArgumentException("A vector of dimension " + model.dimension() + " of the model '"
                    + model.id() + "' was expected, found " + picture.dimension()
                    + ": embed the picture with that model");
        }
        return labels.cosines(picture);
    }

    private Probabilities probabilities(Embedding picture, double[] cosines) {
        if (labelSet.mode() == LabelSet.Mode.EXCLUSIVE) {
            return Probabilities.softmax(scoring, cosines);
        }
        return switch (scoring.kind()) {
            case SIGMOID -> Probabilities.sigmoid(scoring);
            case SOFTMAX -> Probabilities.against(scoring, background.cosines(picture));
        };
    }

    private List<ScoredLabel> scored(int[] bestFirst, double[] cosines, Probabilities probabilities) {
        List<ScoredLabel> scored = new ArrayList<>(bestFirst.length);
        for (int place : bestFirst) {
            Label label = labelSet.labels().get(place);
            scored.add(new ScoredLabel(
                    label.id(), label.name(labelSet.language()), probabilities.of(cosines[place]), cosines[place]));
        }
        return List.copyOf(scored);
    }

    private LabelVectors vectors(List<List<String>> prompts) {
        return new LabelVectors(
                prompts.stream()
                        .map(ensemble -> Objects.requireNonNull(known.get(ensemble)))
                        .toList(),
                model.dimension());
    }

    private static List<List<String>> labelPrompts(LabelSet set) {
        return set.labels().stream()
                .map(label -> PromptTemplates.prompts(set, label))
                .toList();
    }

    /// Each background prompt is a class of its own; only MULTI with a softmax model needs any.
    private static List<List<String>> backgroundPrompts(LabelSet set, Scoring scoring) {
        if (set.mode() != LabelSet.Mode.MULTI || scoring.kind() != Scoring.Kind.SOFTMAX) {
            return List.of();
        }
        List<String> own = set.backgroundPrompts();
        return (own.isEmpty() ? PromptTemplates.background(set.promptLanguage()) : own)
                .stream().map(List::of).toList();
    }

    private static Map<List<String>, Embedding> encode(
            LabelSet set,
            TextEncoder encoder,
            Scoring scoring,
            ModelIdentity model,
            Map<List<String>, Embedding> known) {
        Map<List<String>, Embedding> vectors = new HashMap<>();
        Set<List<String>> unknown = new LinkedHashSet<>();
        for (List<List<String>> prompts : List.of(labelPrompts(set), backgroundPrompts(set, scoring))) {
            for (List<String> ensemble : prompts) {
                Embedding vector = known.get(ensemble);
                if (vector == null) {
                    unknown.add(ensemble);
                } else {
                    vectors.put(ensemble, vector);
                }
            }
        }
        if (!unknown.isEmpty()) {
            vectors.putAll(Ensembles.encode(unknown, encoder, model));
        }
        return Map.copyOf(vectors);
    }

    private static int[] ranks(List<Label> labels) {
        int[] byId = IntStream.range(0, labels.size())
                .boxed()
                .sorted(Comparator.comparing(label -> labels.get(label).id()))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] ranks = new int[byId.length];
        for (int rank = 0; rank < byId.length; rank++) {
            ranks[byId[rank]] = rank;
        }
        return ranks;
    }
}
