package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.KafkaFailures;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.RetaggingProgressReader;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Change;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.http.label.LabelSetController;
import dev.clipstream.search.http.label.LabelSets;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.topology.tagging.RetaggingProgress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// The label sets that a [LabelFeed] follows, and changes of their topic. Safe for use by many threads.
public final class KafkaLabelSets implements LabelSets, AutoCloseable {
    /// How long a change waits until this instance has taken it.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Optional<LabelFeed> feed;
    private final Optional<LabelTaggers> taggers;
    private final LabelWriter writer;
    private final RetaggingProgressReader retagging;
    private final Map<String, Object> properties;
    private final String topic;

    /// @param feed    empty if this instance neither tags nor searches by label; every request is then refused
    /// @param taggers check label sets with the instance's model; there with the feed
    /// @param topic   of label sets; empty: changes are refused
    public KafkaLabelSets(
            KafkaProperties kafka, Optional<LabelFeed> feed, Optional<LabelTaggers> taggers, String topic) {
        this.feed = feed;
        this.taggers = taggers;
        this.topic = topic;
        this.properties = kafka.producer("labels", Map.of());
        this.writer = new LabelWriter(kafka.consumer("label-changes", Map.of()), properties, topic);
        this.retagging = new RetaggingProgressReader(kafka);
    }

    private LabelFeed feed() {
        return feed.orElseThrow(() -> new SearchException(
                Kind.NO_LABEL_SET,
                "an instance that tags or searches by label",
                "one that does not",
                "run the topology tagging or indexing, or use an instance that runs it"));
    }

    @Override
    public List<Entry> all() {
        return feed().states().stream()
                .map(state -> new Entry(
                        state.name(),
                        state.applied(),
                        state.source() == LabelSetState.Source.TOPIC,
                        state.offset(),
                        state.at(),
                        state.refusal().map(one -> new Refusal(one.version(), one.offset(), one.at(), one.message()))))
                .toList();
    }

    @Override
    public List<LabelSet> applied() {
        return feed().labelSets();
    }

    @Override
    public Changed put(LabelSet set, @Nullable String expectedVersion) {
        try {
            Optional<ZeroShotTagger> known = feed().tagger(set.name());
            taggers.orElseThrow().create(set, known);
        } catch (RefusedLabelsException e) {
            throw LabelSetController.invalid(String.valueOf(e.getMessage()));
        }
        return change(now -> LabelChanges.apply(now, set, expectedVersion, false));
    }

    @Override
    public Changed delete(String name, @Nullable String expectedVersion) {
        return change(now -> LabelChanges.delete(now, name, expectedVersion));
    }

    private Changed change(Change<RefusedChangeException> change) {
        LabelFeed following = feed();
        if (topic.isEmpty()) {
            throw new SearchException(
                    Kind.NO_LABEL_SET,
                    "an instance with a topic of label sets",
                    "one whose setting topics.labels is empty",
                    "name the topic in topics.labels");
        }
        try {
            long offset = writer.write(change);
            return new Changed(offset, offset < 0 || following.awaitOffset(offset, PATIENCE));
        } catch (RefusedChangeException e) {
            throw new SearchException(kind(e.reason()), e.expected(), e.found(), e.remedy());
        } catch (KafkaException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static Kind kind(LabelChanges.Reason reason) {
        return switch (reason) {
            case TOO_LARGE -> Kind.TOO_LARGE;
            case SAME_VERSION -> Kind.SAME_VERSION;
            case OTHER_VERSION -> Kind.LABELS_CHANGED;
            case NO_SET -> Kind.NO_LABEL_SET;
        };
    }

    private SearchException unavailable(Exception cause) {
        Optional<String> refusal = KafkaFailures.refusal(cause, properties, "kafka.");
        return new SearchException(
                Kind.UNAVAILABLE,
                "brokers that take the change",
                refusal.orElse(String.valueOf(cause.getMessage())),
                refusal.isPresent()
                        ? "grant WRITE on the topic " + topic + " and on the transactional id "
                                + LabelWriter.transactionalId(topic)
                        : "try again; /actuator/health has their state");
    }

    @Override
    public List<Progress> progress() {
        try {
            return retagging.read().values().stream()
                    .map(KafkaLabelSets::progress)
                    .toList();
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    private static Progress progress(RetaggingProgress one) {
        return new Progress(
                one.partition(),
                one.isDone(),
                one.done(),
                one.total(),
                one.published(),
                one.position().offset(),
                one.remaining().map(left -> left.toMillis() / 1000.0).orElse(null));
    }

    @Override
    public void close() {
        retagging.close();
    }
}
