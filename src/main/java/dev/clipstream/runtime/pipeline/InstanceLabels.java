package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ModelException;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.labels.LabelFeed;
import dev.clipstream.runtime.kafka.labels.LabelTaggers;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TaggingSettings;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.TextVectorStore;
import dev.clipstream.tag.ZeroShotTagger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The label sets that an instance tags and searches with.
///
/// @param tagger     holds the taggers in use
/// @param taggers    makes taggers of the instance's model
/// @param feed       follows the topic of label sets; its owner closes it
/// @param texts      knows prompts that were encoded before
/// @param configured name of the set of the setting `tagging.labels`; `none` without one
record InstanceLabels(
        LiveTagger tagger, LabelTaggers taggers, LabelFeed feed, TextVectorStore texts, String configured) {

    /// Reads the configured label set; the topic is read by [LabelFeed#load].
    ///
    /// @param textVectors folder of the vectors of prompts
    /// @throws StartException if the configured set is not valid, or the model cannot read it
    /// @throws ModelException if the model cannot tag, since its learned scale is not known
    static InstanceLabels open(Instance instance, Path textVectors) throws StartException, ModelException {
        TextVectorStore texts = new TextVectorStore(textVectors, instance.clock());
        LabelTaggers taggers = Taggers.of(instance.model(), texts);
        Optional<LabelSet> set = Taggers.labels(instance.settings(), instance.model());
        Optional<ZeroShotTagger> configured =
                set.isEmpty() ? Optional.empty() : Optional.of(Taggers.create(set.get(), taggers));
        String name = set.map(LabelSet::name).orElse(TaggingSettings.NO_LABELS);
        LiveTagger tagger = new LiveTagger(new TaggerSnapshot(
                instance.model().identity(),
                LabelsPosition.NONE,
                name,
                configured.map(List::of).orElse(List.of())));
        LabelFeed feed = new LabelFeed(
                instance.kafka(),
                instance.settings().topics().labels(),
                taggers,
                configured,
                tagger,
                instance.meters());
        return new InstanceLabels(tagger, taggers, feed, texts, name);
    }
}
