package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.List;
import java.util.function.Supplier;

/// Scores images against labels, with the tagger of the tagging topology. Thread-safe.
public final class Labelling {
    private final MediaSearch search;
    private final Scoring scoring;
    private final Supplier<ZeroShotTagger> served;
    private final Supplier<LabelSet> labels;

    /// @param search  embeds the texts
    /// @param scoring the scoring of the same model
    /// @param served  returns the tagger of the label set that the topology currently tags with
    /// @param labels  returns that label set, without encoding its prompts
    public Labelling(MediaSearch search, Scoring scoring, Supplier<ZeroShotTagger> served, Supplier<LabelSet> labels) {
        this.search = search;
        this.scoring = scoring;
        this.served = served;
        this.labels = labels;
    }

    /// Returns the model.
    public ModelIdentity model() {
        return search.model();
    }

    /// Returns the label set that the topology currently tags with.
    public LabelSet labels() {
        return labels.get();
    }

    /// Returns the scores of all labels of the topology's label set, best first.
    public List<ScoredLabel> served(Embedding image) {
        return search.whileOpen(() -> served.get().scoreAll(image));
    }

    /// Returns a tagger for other labels.
    public ZeroShotTagger tagger(LabelSet labels) {
        return ZeroShotTagger.create(labels, search.encoder(), scoring, search.model());
    }
}
