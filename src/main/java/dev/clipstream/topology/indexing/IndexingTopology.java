package dev.clipstream.topology.indexing;

import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.AsyncStage;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.wiring.Wiring;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

/// `media.embedded` and `media.tagged` to the index of one model.
///
/// The topics are not joined: the index takes vector and tags apart, in any order, see `topologies/RATIONALE.md`. So
/// this is two sub-topologies, one for each topic, without state. At least once is enough, since writes are idempotent.
public final class IndexingTopology {
    /// Its name in settings, metrics and the folder `topologies/`.
    public static final String NAME = "indexing";

    /// Where it rejects.
    private static final Set<Stage> STAGES = EnumSet.of(Stage.READ, Stage.TAG);

    /// An index may be away for long; nothing that waits for it is given up.
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(10_000);

    private static final int BATCHES = 4;

    private IndexingTopology() {}

    /// How much may wait for the index.
    ///
    /// @param batch most writes in a batch, at least 1
    public static StageLimits limits(int batch) {
        return new StageLimits(BATCHES * batch, 64L << 20, AS_LONG_AS_IT_TAKES);
    }

    /// @param index  written to; shared by all tasks of the JVM, closed by its owner
    /// @param limits see [#limits]
    /// @param clock  tells when a record was rejected
    public static Topology build(
            Topics topics, MediaIndexing index, StageLimits limits, StageMetrics metrics, Clock clock) {
        Rejections rejections = new Rejections(clock, metrics, STAGES);
        StreamsBuilder builder = Wiring.builder();
        addSubtopology(
                builder,
                "vectors",
                topics.embedded(),
                new AsyncStage<>(new IndexingWork<>(WriteMapping.vectors(), index, rejections), limits, metrics),
                topics.rejected());
        addSubtopology(
                builder,
                "tags",
                topics.tagged(),
                new AsyncStage<>(new IndexingWork<>(WriteMapping.tags(), index, rejections), limits, metrics),
                topics.rejected());
        return builder.build();
    }

    /// @param name prefix of the nodes' names
    private static void addSubtopology(
            StreamsBuilder builder,
            String name,
            String topic,
            AsyncStage<byte @Nullable [], byte @Nullable [], StageResult<WriteOutcome>> stage,
            String rejected) {
        KStream<byte @Nullable [], StageResult<WriteOutcome>> results =
                builder.stream(topic, Wiring.source(name)).process(stage, Named.as(name + "-index"));
        Wiring.reject(results, rejected, name + "-");
    }
}
