package dev.clipstream.topology.tagging;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.gate.KeyPlacement;
import dev.clipstream.topology.gate.Outputs;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.topic.TopicRules;
import dev.clipstream.topology.wiring.Wiring;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStoreWithHeaders;

/// Tags the vectors of `media.embedded` by zero-shot classification; writes `media.tagged`, `media.alerts` and
/// `media.rejected`. When the label sets change, it tags the media that it has stored again.
///
/// Scales with partitions. Scoring a vector takes microseconds, so each record is processed synchronously.
///
/// | Store | Holds | Changelog |
/// |---|---|---|
/// | `vectors` | the last record of each medium, with timestamp and headers | `media.embedded` itself |
/// | `published` | what was written of each medium, see [Published] | its own |
/// | `retagging` | the progress of the task, see [RetaggingState] | its own |
public final class TaggingTopology {
    /// The name in settings, metrics and the folder `topologies/`.
    public static final String NAME = "tagging";

    /// The node that writes tags.
    static final String OUTPUT = "output";

    /// The node that writes matches of standing queries.
    static final String ALERTS = "alerts";

    /// The node that takes rejections.
    static final String REJECTION = "fitting";

    /// The store of what was written.
    static final String PUBLISHED = "published";

    private static final String SOURCE = "embedded";
    private static final String TAG = "tag";

    /// The stages in which this topology rejects records.
    private static final Set<Stage> STAGES = EnumSet.of(Stage.READ, Stage.TAG);

    private TaggingTopology() {}

    /// Returns the names of the topics that Kafka Streams keeps for this topology. Each has the partitions of
    /// `media.embedded`, and is compacted.
    ///
    /// @param applicationId of its Kafka Streams client
    public static List<String> changelogs(String applicationId) {
        return List.of(changelog(applicationId, PUBLISHED), retaggingChangelog(applicationId));
    }

    /// Returns the name of the topic of the progress of re-tagging, see [RetaggingState#progress].
    ///
    /// @param applicationId of its Kafka Streams client
    public static String retaggingChangelog(String applicationId) {
        return changelog(applicationId, RetaggingState.STORE);
    }

    private static String changelog(String applicationId, String store) {
        return applicationId + "-" + store + "-changelog";
    }

    /// Builds the topology.
    ///
    /// @param tagger gives label sets and model, and is read once for each record; vectors of other models are
    ///               rejected
    /// @param rules  about the topics
    /// @param clock  dates tags and rejections
    public static Topology build(
            Topics topics, LiveTagger tagger, TopicRules rules, StageMetrics metrics, Clock clock) {
        return build(topics, tagger, rules, metrics, clock, Retagging.SLICE);
    }

    /// @param slice how long a slice of re-tagging takes
    static Topology build(
            Topics topics, LiveTagger tagger, TopicRules rules, StageMetrics metrics, Clock clock, Duration slice) {
        Rejections rejections = new Rejections(clock, metrics, STAGES);
        TaggingParts parts = new TaggingParts(
                topics.embedded(),
                RecordGate.vectors(new KeyPlacement(rules, metrics)),
                RecordGate.vectors(new KeyPlacement(TopicRules.NONE, metrics)),
                tagger,
                rejections,
                new TaggedEvents(clock),
                new Outputs<>(topics.tagged(), AvroSerde.tagged(), rules.facts(), rejections),
                new Outputs<>(topics.alerts(), AvroSerde.alert(), rules.facts(), rejections),
                new RetaggingMetrics(metrics),
                metrics.timer(TAG),
                slice,
                clock);
        Topology topology = new Topology();
        topology.addReadOnlyStateStore(
                vectors(),
                SOURCE,
                Wiring.timestamps(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.embedded(),
                "keep",
                KeptVectors::new);
        topology.addProcessor(TAG, () -> new TaggingProcessor(parts), SOURCE);
        topology.connectProcessorAndStateStores(TAG, KeptVectors.STORE);
        topology.addStateStore(published(), TAG);
        topology.addStateStore(retagging(), TAG);
        topology.addSink(OUTPUT, topics.tagged(), new ByteArraySerializer(), new ByteArraySerializer(), TAG);
        topology.addSink(ALERTS, topics.alerts(), new ByteArraySerializer(), new ByteArraySerializer(), TAG);
        topology.addProcessor(REJECTION, Wiring.fitting(topics.rejected(), rules.facts(), metrics), TAG);
        topology.addSink(
                "rejected", topics.rejected(), new ByteArraySerializer(), new ByteArraySerializer(), REJECTION);
        return topology;
    }

    private static StoreBuilder<TimestampedKeyValueStoreWithHeaders<byte[], byte[]>> vectors() {
        return Stores.timestampedKeyValueStoreWithHeadersBuilder(
                Stores.persistentTimestampedKeyValueStoreWithHeaders(KeptVectors.STORE),
                Serdes.ByteArray(),
                Serdes.ByteArray());
    }

    private static StoreBuilder<KeyValueStore<byte[], byte[]>> published() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(PUBLISHED), Serdes.ByteArray(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of());
    }

    /// With a cache, its changelog gets one record for each commit, however many slices it has.
    private static StoreBuilder<KeyValueStore<byte[], byte[]>> retagging() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(RetaggingState.STORE), Serdes.ByteArray(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of());
    }
}
