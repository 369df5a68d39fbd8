package dev.clipstream.topology.tagging;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.gate.KeyPlacement;
import dev.clipstream.topology.gate.Outputs;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.topic.TopicRules;
import dev.clipstream.topology.wiring.Wiring;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

/// Tags the vectors of `media.embedded` by zero-shot classification; writes `media.tagged` and `media.rejected`.
///
/// Scales with partitions. Scoring a vector takes microseconds, so each record is processed synchronously.
public final class TaggingTopology {
    /// The name in settings, metrics and the folder `topologies/`.
    public static final String NAME = "tagging";

    /// The stages in which this topology rejects records.
    private static final Set<Stage> STAGES = EnumSet.of(Stage.READ, Stage.TAG);

    private TaggingTopology() {}

    /// Builds the topology.
    ///
    /// @param tagger gives label set and model, and is read once for each record; vectors of other models are
    ///               rejected
    /// @param rules  about the topics
    /// @param clock  dates tags and rejections
    public static Topology build(
            Topics topics, LiveTagger tagger, TopicRules rules, StageMetrics metrics, Clock clock) {
        Rejections rejections = new Rejections(clock, metrics, STAGES);
        RecordGate<MediaEmbedded> gate = RecordGate.vectors(new KeyPlacement(rules, metrics));
        Outputs<MediaTagged> outputs = new Outputs<>(topics.tagged(), AvroSerde.tagged(), rules.facts(), rejections);
        Timer timer = metrics.timer("tag");
        StreamsBuilder builder = Wiring.builder();
        KStream<byte @Nullable [], StageResult<byte[]>> results = builder.stream(
                        topics.embedded(), Wiring.source("embedded"))
                .processValues(
                        () -> new TaggingProcessor(gate, tagger, rejections, outputs, timer, clock), Named.as("tag"));
        Wiring.write(results, topics.tagged(), topics.rejected(), rules.facts(), metrics);
        return builder.build();
    }
}
