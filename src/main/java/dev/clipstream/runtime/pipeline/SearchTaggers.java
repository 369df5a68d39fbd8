package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.search.SearchException;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

/// Provides taggers for searches by label. They always have the label set that the instance tags with at that moment.
final class SearchTaggers {
    private final ClipModel own;
    private final Optional<LiveTagger> live;
    private final Supplier<LabelSet> labels;

    /// @param own  the instance's model
    /// @param live the tagger of the topology `tagging`; empty: the instance does not tag. It then reads the
    ///             label set of the settings when a search first needs it
    SearchTaggers(Settings settings, ClipModel own, Optional<LiveTagger> live) {
        this.own = own;
        this.live = live;
        this.labels = live.<Supplier<LabelSet>>map(
                        tagger -> () -> primary(tagger).labelSet())
                .orElseGet(() -> SingletonSupplier.of(() -> read(settings, own)));
    }

    private static ZeroShotTagger primary(LiveTagger tagger) {
        return tagger.current()
                .primary()
                .orElseThrow(() -> new SearchException(
                        SearchException.Kind.MODEL_FAILED,
                        "a label set",
                        "none on the topic, and none configured",
                        "apply one with clipstream labels apply"));
    }

    private static ZeroShotTagger create(LabelSet labels, ClipModel model) {
        try {
            return Taggers.create(labels, model);
        } catch (StartException e) {
            throw new SearchException(
                    SearchException.Kind.MODEL_FAILED,
                    "a model that can tag",
                    String.valueOf(e.getMessage()),
                    "search without labels, or give the model its scale");
        }
    }

    private static LabelSet read(Settings settings, ClipModel own) {
        try {
            return Taggers.labels(settings, own);
        } catch (StartException e) {
            throw new SearchException(
                    SearchException.Kind.MODEL_FAILED,
                    "the label set of the settings",
                    String.valueOf(e.getMessage()),
                    "give labels in the request, or correct tagging.labels");
        }
    }

    /// Returns the label set that the taggers currently have. The supplier throws a [SearchException] as long as it
    /// cannot be read.
    Supplier<LabelSet> labels() {
        return labels;
    }

    /// Returns the tagger of a model. The supplier throws a [SearchException] as long as the label set cannot be read.
    ///
    /// @param model the instance's own or another one; not owned
    Supplier<ZeroShotTagger> of(ClipModel model) {
        return model == own && live.isPresent() ? () -> primary(live.get()) : new Following(model);
    }

    /// The tagger of another model, or of an instance that does not tag. It encodes the prompts when the label set
    /// changes.
    private final class Following implements Supplier<ZeroShotTagger> {
        private final ClipModel model;
        private @Nullable ZeroShotTagger known;

        Following(ClipModel model) {
            this.model = model;
        }

        @Override
        public synchronized ZeroShotTagger get() {
            LabelSet wanted = labels.get();
            ZeroShotTagger tagger = known;
            if (tagger == null) {
                tagger = create(wanted, model);
            } else if (!tagger.labelSet().equals(wanted)) {
                tagger = tagger.with(wanted, model.textEncoder());
            }
            known = tagger;
            return tagger;
        }
    }
}
