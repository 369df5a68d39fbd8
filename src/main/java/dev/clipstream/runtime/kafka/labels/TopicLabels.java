package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.labels.LabelSetState.Refusal;
import dev.clipstream.runtime.kafka.labels.LabelSetState.Source;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides which version of each label set applies: the newest valid one of the topic, otherwise the configured one.
///
/// Used by one thread at a time.
final class TopicLabels {
    private static final Logger LOG = LoggerFactory.getLogger(TopicLabels.class);

    private final LabelTaggers taggers;
    private final Optional<ZeroShotTagger> configured;
    private final Path folder;
    private final Map<String, Applied> applied = new TreeMap<>();
    private final Map<String, Refusal> refused = new TreeMap<>();
    private LastGoodLabels lastGood;

    /// A version of a label set that applies.
    private record Applied(ZeroShotTagger tagger, LabelRecord record) {}

    /// @param configured applies unless the topic has a set of its name
    /// @param folder     keeps what applies, for the case that the topic no longer has it
    TopicLabels(LabelTaggers taggers, Optional<ZeroShotTagger> configured, Path folder) {
        this.taggers = taggers;
        this.configured = configured;
        this.folder = folder;
        this.lastGood = new LastGoodLabels(folder);
    }

    /// Forgets the topic and takes the records of another one.
    ///
    /// @param topicId as the brokers have it
    /// @param records of the whole topic, in its order
    void restart(String topicId, List<LabelRecord> records) {
        Map<String, Applied> before = Map.copyOf(applied);
        lastGood = new LastGoodLabels(folder.resolve(topicId));
        applied.clear();
        refused.clear();
        accept(records, before, true);
    }

    /// Takes further records.
    ///
    /// @param records in the order of the topic
    void accept(List<LabelRecord> records) {
        accept(records, applied, false);
    }

    /// @param known taggers whose vectors may be used again
    /// @param first whether these are the first records of the topic
    private void accept(List<LabelRecord> records, Map<String, Applied> known, boolean first) {
        Map<String, List<LabelRecord>> byName = new LinkedHashMap<>();
        records.forEach(record ->
                byName.computeIfAbsent(record.name(), name -> new ArrayList<>()).add(record));
        byName.forEach((name, versions) -> accept(name, versions.reversed(), Optional.ofNullable(known.get(name))));
        if (first) {
            refused.forEach((name, refusal) -> {
                if (!applied.containsKey(name)) {
                    lastGood.find(name).ifPresent(record -> restore(name, record));
                }
            });
        }
    }

    /// Takes the newest valid version. Older ones are not even decoded, since their prompts need not be encoded.
    private void accept(String name, List<LabelRecord> newestFirst, Optional<Applied> known) {
        refused.remove(name);
        for (LabelRecord record : newestFirst) {
            if (record.key() != null && record.value() == null) {
                applied.remove(name);
                lastGood.remove(name);
                return;
            }
            Optional<LabelSet> set = Optional.empty();
            try {
                set = Optional.of(LabelTaggers.read(record));
                ZeroShotTagger tagger = taggers.create(set.get(), known.map(Applied::tagger));
                applied.put(name, new Applied(tagger, record));
                lastGood.keep(record);
                LOG.info(
                        "Applies version {} of the label set {} (offset {})",
                        set.get().version(),
                        name,
                        record.offset());
                tagger.warnings().forEach(warning -> LOG.warn("The label set {}: {}", name, warning));
                return;
            } catch (RefusedLabelsException e) {
                Refusal refusal = new Refusal(
                        set.map(LabelSet::version), record.offset(), record.at(), String.valueOf(e.getMessage()));
                if (refused.putIfAbsent(name, refusal) == null) {
                    LOG.error(
                            "Refuses the label set '{}' (offset {}), and keeps the version before: {}",
                            name,
                            record.offset(),
                            refusal.message());
                }
            }
        }
    }

    /// Uses a version that an earlier run of the instance had, and that the topic no longer has.
    private void restore(String name, LabelRecord record) {
        try {
            LabelSet set = LabelTaggers.read(record);
            applied.put(name, new Applied(taggers.create(set, Optional.empty()), record));
            LOG.warn("Applies version {} of the label set {}, the last good one", set.version(), name);
        } catch (RefusedLabelsException e) {
            LOG.debug("The last good version of the label set {} is not good any more", name, e);
        }
    }

    /// Returns the number of label sets whose newest version is refused.
    int refusals() {
        return refused.size();
    }

    /// Returns the taggers that apply now.
    TaggerSnapshot snapshot(LabelsPosition position) {
        List<ZeroShotTagger> all = new ArrayList<>();
        applied.values().forEach(one -> all.add(one.tagger()));
        configured.filter(one -> !applied.containsKey(one.labelSet().name())).ifPresent(all::add);
        return new TaggerSnapshot(
                taggers.model(),
                position,
                configured.map(one -> one.labelSet().name()).orElse(""),
                all);
    }

    /// Returns the state of each label set, by name.
    List<LabelSetState> states() {
        Map<String, LabelSetState> states = new TreeMap<>();
        applied.forEach((name, one) -> states.put(
                name,
                new LabelSetState(
                        name,
                        Optional.of(one.tagger().labelSet()),
                        Source.TOPIC,
                        one.record().offset(),
                        Optional.of(one.record().at()),
                        Optional.ofNullable(refused.get(name)))));
        configured.ifPresent(one -> states.putIfAbsent(
                one.labelSet().name(),
                new LabelSetState(
                        one.labelSet().name(),
                        Optional.of(one.labelSet()),
                        Source.CONFIGURED,
                        -1,
                        Optional.empty(),
                        Optional.ofNullable(refused.get(one.labelSet().name())))));
        refused.forEach((name, refusal) -> states.putIfAbsent(
                name,
                new LabelSetState(name, Optional.empty(), Source.TOPIC, -1, Optional.empty(), Optional.of(refusal))));
        return List.copyOf(states.values());
    }
}
