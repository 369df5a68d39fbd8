package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Scores images against labels, with the taggers of the label sets that apply. Thread-safe.
public final class Labelling {
    private final MediaSearch search;
    private final Scoring scoring;
    private final Supplier<TaggerSnapshot> served;
    private final Supplier<List<LabelSet>> sets;
    private volatile @Nullable Names names;

    /// @param search  embeds the texts
    /// @param scoring the scoring of the same model
    /// @param served  returns the taggers that apply at the moment
    /// @param sets    returns their label sets without encoding prompts, the primary one first
    public Labelling(
            MediaSearch search, Scoring scoring, Supplier<TaggerSnapshot> served, Supplier<List<LabelSet>> sets) {
        this.search = search;
        this.scoring = scoring;
        this.served = served;
        this.sets = sets;
    }

    /// Returns the model.
    public ModelIdentity model() {
        return search.model();
    }

    /// Returns how the model's cosines become probabilities.
    public Scoring scoring() {
        return scoring;
    }

    /// Returns the label sets that apply, the primary one first; empty: none does.
    public List<LabelSet> sets() {
        return sets.get();
    }

    /// Returns the names of the labels that apply; without any if the model cannot tag.
    public TagNames names() {
        List<LabelSet> current;
        try {
            current = sets();
        } catch (SearchException cannotTag) {
            current = List.of();
        }
        Names known = names;
        if (known == null || !known.sets.equals(current)) {
            known = new Names(current, new TagNames(current));
            names = known;
        }
        return known.names;
    }

    /// The names, and the label sets that they are of.
    private record Names(List<LabelSet> sets, TagNames names) {}

    /// Returns the primary label set.
    ///
    /// @throws SearchException if no label set applies
    public LabelSet labels() {
        return sets.get().stream().findFirst().orElseThrow(Labelling::noLabels);
    }

    /// Returns the taggers that apply.
    public TaggerSnapshot served() {
        return search.whileOpen(served);
    }

    /// Returns the scores of all labels of the primary label set, best first.
    ///
    /// @throws SearchException if no label set applies
    public List<ScoredLabel> served(Embedding image) {
        return search.whileOpen(
                () -> served.get().primary().orElseThrow(Labelling::noLabels).scoreAll(image));
    }

    /// Explains the score of an image for one label.
    ///
    /// @param image   a vector of the model
    /// @param setName name of a label set that applies; empty: the primary one
    /// @throws SearchException if no such set applies, or it does not have the label
    public TagExplanation explain(Embedding image, Optional<String> setName, String labelId) {
        return search.whileOpen(() -> {
            TaggerSnapshot taggers = served.get();
            ZeroShotTagger tagger = setName.map(name -> taggers.find(name)
                            .orElseThrow(() -> SearchException.badQuery(
                                    "a label set that applies", "'" + name + "'", "choose one of GET /v1/labels")))
                    .or(taggers::primary)
                    .orElseThrow(Labelling::noLabels);
            return TagExplanation.of(tagger, labelId, image, search.encoder());
        });
    }

    /// Returns a tagger for other labels.
    public ZeroShotTagger tagger(LabelSet labels) {
        return ZeroShotTagger.create(labels, search.encoder(), scoring, search.model());
    }

    /// Returns a tagger for a changed label set. Only new prompts are encoded.
    ZeroShotTagger changed(ZeroShotTagger before, LabelSet set) {
        return before.with(set, search.encoder());
    }

    private static SearchException noLabels() {
        return new SearchException(
                SearchException.Kind.MODEL_FAILED,
                "a label set",
                "none on the topic, and none configured",
                "apply one with clipstream labels apply");
    }
}
