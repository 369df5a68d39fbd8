package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.labels.LabelTaggers;
import dev.clipstream.search.SearchException;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Provides taggers for searches by label. They always have the label sets that the instance has at that moment.
final class SearchTaggers {
    private final ClipModel own;
    private final Optional<InstanceLabels> labels;
    private final Optional<ModelException> cannotTag;

    /// @param own       the instance's model
    /// @param labels    its label sets; empty: each search by label fails
    /// @param cannotTag why the model cannot tag; empty: it can
    SearchTaggers(ClipModel own, Optional<InstanceLabels> labels, Optional<ModelException> cannotTag) {
        this.own = own;
        this.labels = labels;
        this.cannotTag = cannotTag;
    }

    private static SearchException failure(String cause) {
        return new SearchException(
                SearchException.Kind.MODEL_FAILED,
                "a model that can tag",
                cause,
                "search without labels, or give the model its scale");
    }

    private InstanceLabels required() {
        return labels.orElseThrow(() -> failure(
                cannotTag.map(cause -> String.valueOf(cause.getMessage())).orElse("none")));
    }

    /// Returns the label sets that apply, the primary one first. The supplier throws a [SearchException] if the model
    /// cannot tag.
    Supplier<List<LabelSet>> sets() {
        return () -> required().tagger().current().labelSets();
    }

    /// Returns the taggers of a model. For another model than the instance's, the supplier encodes prompts when the
    /// label sets change, and throws a [SearchException] if that model cannot tag.
    ///
    /// @param model the instance's own or another one; not owned
    Supplier<TaggerSnapshot> of(ClipModel model) {
        return model == own ? () -> required().tagger().current() : new Following(model);
    }

    /// The taggers of another model.
    private final class Following implements Supplier<TaggerSnapshot> {
        private final ClipModel model;
        private @Nullable TaggerSnapshot followed;
        private @Nullable TaggerSnapshot known;

        Following(ClipModel model) {
            this.model = model;
        }

        @Override
        public synchronized TaggerSnapshot get() {
            TaggerSnapshot wanted = required().tagger().current();
            TaggerSnapshot before = known;
            if (before != null && wanted == followed) {
                return before;
            }
            TaggerSnapshot changed = follow(wanted, before);
            followed = wanted;
            known = changed;
            return changed;
        }

        private TaggerSnapshot follow(TaggerSnapshot wanted, @Nullable TaggerSnapshot before) {
            LabelTaggers taggers;
            try {
                taggers = Taggers.of(model, required().texts());
            } catch (ModelException e) {
                throw failure(String.valueOf(e.getMessage()));
            }
            List<ZeroShotTagger> all = new ArrayList<>();
            for (LabelSet set : wanted.labelSets()) {
                ZeroShotTagger same =
                        before == null ? null : before.find(set.name()).orElse(null);
                all.add(
                        same == null
                                ? ZeroShotTagger.create(set, taggers.encoder(), taggers.scoring(), taggers.model())
                                : same.labelSet().equals(set) ? same : same.with(set, taggers.encoder()));
            }
            String primary = wanted.primary().map(one -> one.labelSet().name()).orElse("");
            return new TaggerSnapshot(model.identity(), wanted.position(), primary, all);
        }
    }
}
