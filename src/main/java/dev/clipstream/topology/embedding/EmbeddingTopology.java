package dev.clipstream.topology.embedding;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.AsyncStage;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.gate.KeyPlacement;
import dev.clipstream.topology.gate.Outputs;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.topic.TopicRules;
import dev.clipstream.topology.wiring.Wiring;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

/// Embeds the images of `media.uploaded` and `media.backfill`, many at once and in the order of each medium; writes
/// `media.embedded` and `media.rejected`. One source node reads both topics, so that a task has the same partition of
/// both.
///
/// Scales with partitions times devices. A deletion follows the uploads of the same medium that are in flight.
/// Needs the clients of a [dev.clipstream.topology.async.HeldOffsetsClientSupplier] to be fast; without them it is
/// just as correct, with one image at a time.
public final class EmbeddingTopology {
    /// The name in settings, metrics and the folder `topologies/`.
    public static final String NAME = "embedding";

    /// Maximum bytes of a record without its image: key, headers, uri, content type and attributes.
    public static final int MOST_CARRIED_BYTES = RecordGate.MAX_CARRIED_BYTES;

    /// The stages in which this topology rejects records.
    private static final Set<Stage> STAGES = EnumSet.of(Stage.READ, Stage.FETCH, Stage.DECODE, Stage.EMBED);

    private EmbeddingTopology() {}

    /// Builds the topology.
    ///
    /// @param logs     names the log of each upload
    /// @param pipeline does the work; shared by all tasks of the JVM, closed by its owner
    /// @param model    the model of the pipeline's vectors
    /// @param rules    about the topics
    /// @param clock    dates vectors and rejections
    public static Topology build(
            Topics topics,
            UploadLogs logs,
            MediaPipeline pipeline,
            ModelIdentity model,
            StageLimits limits,
            TopicRules rules,
            StageMetrics metrics,
            Clock clock) {
        Rejections rejections = new Rejections(clock, metrics, STAGES);
        EmbeddingWork work = new EmbeddingWork(
                topics,
                RecordGate.uploads(model.id(), new KeyPlacement(rules, metrics)),
                logs,
                pipeline,
                model,
                new UploadTimes(metrics, clock),
                rejections,
                new Outputs<>(topics.embedded(), AvroSerde.embedded(), rules.facts(), rejections),
                clock);
        StreamsBuilder builder = Wiring.builder();
        KStream<byte @Nullable [], StageResult<byte[]>> results = builder.stream(
                        topics.uploads(), Wiring.source("uploaded"))
                .process(new AsyncStage<>(work, limits.yielding(topics.yielding()), metrics), Named.as("embed"));
        Wiring.write(results, topics.embedded(), topics.rejected(), rules.facts(), metrics);
        return builder.build();
    }
}
