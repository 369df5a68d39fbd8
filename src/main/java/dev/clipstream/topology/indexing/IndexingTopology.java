package dev.clipstream.topology.indexing;

import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.AsyncStage;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.gate.KeyPlacement;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicRules;
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

/// Writes `media.embedded` and `media.tagged` into the index of one model; rejections go to `media.rejected`.
///
/// The topics are not joined: the index takes vector and tags separately and in any order, see
/// `topologies/RATIONALE.md`. So there are two stateless sub-topologies, one for each topic. At-least-once is
/// enough, since writes are idempotent.
public final class IndexingTopology {
    /// The name in settings, metrics and the folder `topologies/`.
    public static final String NAME = "indexing";

    /// The stages in which this topology rejects records.
    private static final Set<Stage> STAGES = EnumSet.of(Stage.READ, Stage.INDEX);

    /// An index may be unavailable for long, and no write that waits for it is stuck.
    private static final Duration NO_TIMEOUT = Duration.ofDays(10_000);

    private static final int BATCHES = 4;

    private IndexingTopology() {}

    /// Returns limits that suit a batch of writes.
    ///
    /// @param batch maximum writes in a batch, at least 1
    public static StageLimits limits(int batch) {
        return new StageLimits(BATCHES * batch, 64L << 20, NO_TIMEOUT);
    }

    /// Builds the topology.
    ///
    /// @param index  does the writes; shared by all tasks of the JVM, closed by its owner
    /// @param limits see [#limits]
    /// @param rules  about the topics
    /// @param clock  dates rejections
    public static Topology build(
            Topics topics,
            MediaIndexing index,
            StageLimits limits,
            TopicRules rules,
            StageMetrics metrics,
            Clock clock) {
        KeyPlacement placement = new KeyPlacement(rules, metrics);
        Rejections rejections = new Rejections(clock, metrics, STAGES);
        StreamsBuilder builder = Wiring.builder();
        addSubtopology(
                builder,
                "vectors",
                topics.embedded(),
                new AsyncStage<>(
                        new IndexingWork<>(WriteMapping.vectors(placement), index, rejections), limits, metrics),
                topics.rejected(),
                rules.facts(),
                metrics);
        addSubtopology(
                builder,
                "tags",
                topics.tagged(),
                new AsyncStage<>(new IndexingWork<>(WriteMapping.tags(placement), index, rejections), limits, metrics),
                topics.rejected(),
                rules.facts(),
                metrics);
        return builder.build();
    }

    /// @param name prefix of the nodes' names
    private static void addSubtopology(
            StreamsBuilder builder,
            String name,
            String topic,
            AsyncStage<byte @Nullable [], byte @Nullable [], StageResult<WriteOutcome>> stage,
            String rejected,
            TopicFacts facts,
            StageMetrics metrics) {
        KStream<byte @Nullable [], StageResult<WriteOutcome>> results =
                builder.stream(topic, Wiring.source(name)).process(stage, Named.as(name + "-index"));
        Wiring.reject(results, rejected, facts, metrics, name + "-");
    }
}
