package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import dev.clipstream.region.Lead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Tags images by comparing their vectors with those of a label set's prompts.
///
/// The vector of a label is the normalised mean of its prompts' unit vectors, blended with its examples (see
/// [dev.clipstream.tag.fewshot.ClassVectors]). With logit = scale · cosine + bias,
/// the probability is:
///
/// | Mode | Model trained with softmax (CLIP) | Model trained with sigmoid (SigLIP) |
/// |---|---|---|
/// | EXCLUSIVE | softmax of the logits over all labels | the same; the bias cancels out |
/// | MULTI | softmax over one label and the background prompts | sigmoid of the logit |
///
/// EXCLUSIVE uses softmax for SigLIP, too, since the probabilities of competing labels must sum to 1. In MULTI the
/// probability of a label does not depend on the other labels.
///
/// A label with a [dev.clipstream.label.LabelCalibration] of this model has that probability instead, in every mode.
/// The softmax of the other labels still runs over all. Calibrations of another model are not applied; [#warnings()]
/// says so.
///
/// Tags are ordered by probability, then by cosine, then by id. Without calibrations, each probability of an image
/// increases with the cosine, so that the order is that of the cosines.
///
/// Immutable, hence safe for use by many threads. Only [#create] and [#with] encode texts.
public final class ZeroShotTagger {
    private final LabelSet labelSet;
    private final Scoring scoring;
    private final ModelIdentity model;
    private final Map<List<String>, Embedding> known;
    private final List<Embedding> labelVectors;
    private final List<Embedding> backgroundVectors;
    private final LabelVectors labels;
    private final double[] thresholds;
    private final LabelCalibrations calibrations;
    private final int[] ranks;
    private final int[] places;
    private final Ancestors ancestors;
    private final List<String> faults;
    private final List<String> warnings;

    private ZeroShotTagger(
            LabelSet labelSet,
            Scoring scoring,
            ModelIdentity model,
            Map<List<String>, Embedding> known,
            TextEncoder encoder) {
        this.labelSet = labelSet;
        this.scoring = scoring;
        this.model = model;
        this.known = known;
        this.labelVectors = FewShot.classVectors(labelSet, model, vectors(labelPrompts(labelSet)));
        this.backgroundVectors = vectors(backgroundPrompts(labelSet, scoring));
        this.labels = new LabelVectors(labelVectors, model.dimension());
        this.calibrations = LabelCalibrations.of(labelSet, model);
        this.faults = Stream.concat(
                        PromptLanguages.refusal(labelSet, model).stream(),
                        LabelWarnings.of(labelSet, calibrations, labelVectors, encoder).stream())
                .toList();
        List<String> language =
                PromptLanguages.warning(labelSet, model).stream().toList();
        this.warnings = Stream.of(language, FewShot.warnings(labelSet, model), calibrations.warnings(), faults)
                .flatMap(List::stream)
                .toList();
        this.thresholds = calibrations.thresholds(labelSet);
        this.ranks = ranks(labelSet.labels());
        this.ancestors = new Ancestors(labelSet);
        this.places = IntStream.range(0, thresholds.length).toArray();
    }

    /// Creates a tagger: encodes the prompts of a label set in one call of the encoder, each text once.
    ///
    /// @param encoder the text tower of `model`; not kept
    /// @param scoring the scoring of `model`
    /// @throws IllegalArgumentException if the encoder's vectors do not have the model's dimension
    public static ZeroShotTagger create(LabelSet labels, TextEncoder encoder, Scoring scoring, ModelIdentity model) {
        return new ZeroShotTagger(labels, scoring, model, encode(labels, encoder, scoring, model, Map.of()), encoder);
    }

    /// Returns a tagger of the same model for a changed label set. Only prompts that are new are encoded; vectors
    /// that the changed set does not need are dropped.
    ///
    /// @param encoder the text tower of [#model()]; encodes only if there are new prompts; not kept
    public ZeroShotTagger with(LabelSet changed, TextEncoder encoder) {
        return new ZeroShotTagger(changed, scoring, model, encode(changed, encoder, scoring, model, known), encoder);
    }

    /// Returns the label set.
    public LabelSet labelSet() {
        return labelSet;
    }

    /// Returns those of [#warnings()] for which a set on the topic of label sets is refused, since nobody reads a
    /// warning there.
    public List<String> faults() {
        return faults;
    }

    /// Returns what makes probabilities of the label set misleading, in one sentence each: a label without others to
    /// compete with, labels that the model cannot tell apart, prompts that are cut or in a language that the model does
    /// not read, calibrations or examples of another model. Empty: nothing.
    public List<String> warnings() {
        return warnings;
    }

    /// Returns the model whose vectors this tagger accepts.
    public ModelIdentity model() {
        return model;
    }

    /// Returns the tags of an image: best first, at most [LabelSet#topK()], each with at least the threshold of
    /// its label or, by default, of the set; then the broader labels that they bring. Empty: no label reached its
    /// threshold.
    ///
    /// @param image a vector of [#model()]
    /// @throws IllegalArgumentException if the vector does not have the model's dimension
    public List<ScoredLabel> tag(Embedding image) {
        double[] cosines = cosines(image);
        return tags(places, places.length, cosines, probabilities(image, cosines));
    }

    /// Returns the tags among some labels: best first, as [#tag] does with all of them.
    ///
    /// @param candidates places of the labels
    /// @param count      how many of `candidates` there are
    /// @param cosines    cosines of the image with all labels; only those of the candidates are read
    List<ScoredLabel> tags(int[] candidates, int count, double[] cosines, Probabilities probabilities) {
        double[] ranking = calibrations.ranking(candidates, count, cosines, probabilities);
        BestLabels best = new BestLabels(ranking, cosines, ranks, labelSet.topK());
        for (int i = 0; i < count; i++) {
            int label = candidates[i];
            if (best.wants(label)
                    && calibrations.probability(label, cosines[label], probabilities) >= thresholds[label]) {
                best.add(label);
            }
        }
        return ancestors.with(scored(best.bestFirst(), cosines, probabilities));
    }

    /// Returns the scores of all labels, best first, regardless of thresholds.
    ///
    /// @param image a vector of [#model()]
    /// @throws IllegalArgumentException if the vector does not have the model's dimension
    public List<ScoredLabel> scoreAll(Embedding image) {
        double[] cosines = cosines(image);
        Probabilities probabilities = probabilities(image, cosines);
        double[] ranking = calibrations.ranking(places, places.length, cosines, probabilities);
        BestLabels best = new BestLabels(ranking, cosines, ranks, cosines.length);
        for (int label = 0; label < cosines.length; label++) {
            best.add(label);
        }
        return scored(best.bestFirst(), cosines, probabilities);
    }

    /// Returns the cosines of images with one label.
    ///
    /// @param label place of the label in the set
    public double[] cosines(int label, List<Embedding> images) {
        Embedding vector = labelVectors.get(label);
        return images.stream().mapToDouble(vector::cosine).toArray();
    }

    /// Returns the background prompts that the probabilities rest on. Empty: they rest on none.
    public List<String> background() {
        return backgroundPrompts(labelSet, scoring).stream().map(List::getFirst).toList();
    }

    /// Returns the lead of a label before the others of the set; empty: the set does not have the label.
    public Optional<Lead> lead(String labelId) {
        for (int place = 0; place < ranks.length; place++) {
            if (labelSet.labels().get(place).id().equals(labelId)) {
                return Optional.of(Lead.of(labelVectors.get(place), labels.sum(), labelVectors.size()));
            }
        }
        return Optional.empty();
    }

    private double[] cosines(Embedding image) {
        if (image.dimension() != model.dimension()) {
            throw new IllegalArgumentException("Expected a vector of dimension " + model.dimension() + " of the model '"
                    + model.id() + "', found " + image.dimension() + ". Embed the image with that model.");
        }
        return labels.cosines(image);
    }

    /// Returns the unit vectors of the labels, in the set's order.
    List<Embedding> labelVectors() {
        return labelVectors;
    }

    /// Returns the unit vectors of the background prompts; empty if the mode or the model needs none.
    List<Embedding> backgroundVectors() {
        return backgroundVectors;
    }

    /// Returns the vectors that an image is compared with: those of the labels, then those of the background prompts.
    List<Embedding> comparedVectors() {
        return Stream.concat(labelVectors.stream(), backgroundVectors.stream()).toList();
    }

    /// Returns how the model's cosines become probabilities.
    Scoring scoring() {
        return scoring;
    }

    /// Returns the calibrations that apply.
    LabelCalibrations calibrations() {
        return calibrations;
    }

    /// Returns the minimum probability of each label. Not to be changed.
    double[] thresholds() {
        return thresholds;
    }

    /// Returns the probabilities of labels for an image.
    ///
    /// @param cosines cosines of the image with all labels; read only in mode EXCLUSIVE
    Probabilities probabilities(Embedding image, double[] cosines) {
        if (labelSet.mode() == LabelSet.Mode.EXCLUSIVE) {
            return Probabilities.softmax(scoring, cosines);
        }
        return switch (scoring.kind()) {
            case SIGMOID -> Probabilities.sigmoid(scoring);
            case SOFTMAX -> {
                double[] background = new double[backgroundVectors.size()];
                image.cosines(backgroundVectors, background);
                yield Probabilities.against(scoring, background);
            }
        };
    }

    private List<ScoredLabel> scored(int[] bestFirst, double[] cosines, Probabilities probabilities) {
        List<ScoredLabel> scored = new ArrayList<>(bestFirst.length);
        for (int place : bestFirst) {
            Label label = labelSet.labels().get(place);
            scored.add(new ScoredLabel(
                    label.id(),
                    label.name(labelSet.language()),
                    calibrations.probability(place, cosines[place], probabilities),
                    cosines[place]));
        }
        return List.copyOf(scored);
    }

    private List<Embedding> vectors(List<List<String>> prompts) {
        return prompts.stream()
                .map(ensemble -> Objects.requireNonNull(known.get(ensemble)))
                .toList();
    }

    static List<List<String>> labelPrompts(LabelSet set) {
        return set.labels().stream()
                .map(label -> PromptTemplates.prompts(set, label))
                .toList();
    }

    /// Returns the background prompts, each a class of its own. Only mode MULTI with a softmax model needs them.
    private static List<List<String>> backgroundPrompts(LabelSet set, Scoring scoring) {
        if (set.mode() != LabelSet.Mode.MULTI || scoring.kind() != Scoring.Kind.SOFTMAX) {
            return List.of();
        }
        return PromptTemplates.background(set).stream().map(List::of).toList();
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
