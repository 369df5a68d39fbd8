package dev.clipstream.topology.embedding;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.AsyncStage;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.wiring.Wiring;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

/// `media.uploaded` to `media.embedded` and `media.rejected`: pictures to vectors, many at once, in order.
///
/// Scales with partitions times devices. Deletions travel in order behind the uploads of the same medium that are
/// in flight. Needs the clients of a [HeldOffsetsClientSupplier] to be fast; without them it is as correct, one
/// picture at a time.
public final class EmbeddingTopology {
    /// Its name in settings, metrics and the folder `topologies/`.
    public static final String NAME = "embedding";

    /// Most bytes of an event beside its picture: key, headers, uri, content type and attributes.
    public static final int MOST_CARRIED_BYTES = RecordGate.MAX_CARRIED_BYTES;

    /// Where it rejects.
    private static final Set<Stage> STAGES = EnumSet.of(Stage.READ, Stage.FETCH, Stage.DECODE, Stage.EMBED);

    private EmbeddingTopology() {}

    /// @param pipeline does the work; shared by all tasks of the JVM, closed by its owner
    /// @param model    whose vectors the pipeline gives
    /// @param clock    tells when a vector was computed
    public static Topology build(
            Topics topics,
            MediaPipeline pipeline,
            ModelIdentity model,
            StageLimits limits,
            StageMetrics metrics,
            Clock clock) {
        EmbeddingWork work = new EmbeddingWork(pipeline, model, new Rejections(clock, metrics, STAGES), clock);
        StreamsBuilder builder = Wiring.builder();
        KStream<byte @Nullable [], StageResult<MediaEmbedded>> results = builder.stream(
                        topics.uploaded(), Wiring.source("uploaded"))
                .process(new AsyncStage<>(work, limits, metrics), Named.as("embed"));
        Wiring.write(results, topics.embedded(), AvroSerde.embedded(), topics.rejected());
        return builder.build();
    }
}
