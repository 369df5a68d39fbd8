package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.List;
import java.util.function.Supplier;

/// Pictures held against labels that somebody asks with, by the stream's own tagger. Safe for use by many threads.
public final class Labelling {
    private final MediaSearch search;
    private final Scoring scoring;
    private final Supplier<ZeroShotTagger> served;

    /// @param search  whose vectors of texts are kept
    /// @param scoring of its model
    /// @param served  the tagger of the label set that the stream tags with
    public Labelling(MediaSearch search, Scoring scoring, Supplier<ZeroShotTagger> served) {
        this.search = search;
        this.scoring = scoring;
        this.served = served;
    }

    public ModelIdentity model() {
        return search.model();
    }

    /// Every label of the stream's own set, best first.
    public List<ScoredLabel> served(Embedding picture) {
        return search.whileOpen(() -> served.get().scoreAll(picture));
    }

    /// A tagger for labels of somebody's own.
    public ZeroShotTagger tagger(LabelSet labels) {
        return ZeroShotTagger.create(labels, search::encode, scoring, search.model());
    }
}
