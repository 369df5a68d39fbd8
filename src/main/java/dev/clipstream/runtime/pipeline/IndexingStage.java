package dev.clipstream.runtime.pipeline;

import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.index.MediaIndexFactories;
import dev.clipstream.runtime.kafka.CatchUp;
import dev.clipstream.runtime.kafka.RunningTopology;
import dev.clipstream.runtime.settings.IndexSettings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopicSettings;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.indexing.IndexingMetrics;
import dev.clipstream.topology.indexing.IndexingPipeline;
import dev.clipstream.topology.indexing.IndexingTopology;
import java.time.Duration;
import java.util.List;

/// The topology `indexing`: the index, the stream that fills it, and the searches in it.
final class IndexingStage implements TopologyStage {
    /// Upper limit of the first pause while the index is unavailable.
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    private final RunningTopology runner;
    private final MediaIndexes indexes;
    private final LiveLookups lookups;
    private final Resources opened;

    private IndexingStage(RunningTopology runner, MediaIndexes indexes, LiveLookups lookups, Resources opened) {
        this.runner = runner;
        this.indexes = indexes;
        this.lookups = lookups;
        this.opened = opened;
    }

    /// Opens the index and the other models that searches are answered with, and builds the topology; starts nothing.
    ///
    /// @param taggers of this instance, for searches by label
    /// @throws StartException if a setting or a model is refused
    static IndexingStage open(Instance instance, SearchTaggers taggers) throws StartException {
        Resources opened = new Resources();
        try {
            MediaIndexes indexes =
                    opened.own(MediaIndexFactories.of(instance.settings().index(), instance.clock())
                            .open());
            LiveLookups lookups = SearchLookups.open(instance, indexes, taggers, opened);
            return new IndexingStage(runner(instance, indexes), indexes, lookups, opened);
        } catch (StartException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static RunningTopology runner(Instance instance, MediaIndexes indexes) {
        IndexSettings index = instance.settings().index();
        TopicSettings topics = instance.settings().topics();
        StageLimits limits = IndexingTopology.limits(index.batch());
        StageMetrics metrics = new StageMetrics(instance.meters(), IndexingTopology.NAME);
        IndexingMetrics writes = new IndexingMetrics(instance.meters(), instance.clock());
        Backoff backoff = new Backoff(FIRST_BACKOFF, index.maxBackoff());
        IndexingPipeline.Limits writing =
                new IndexingPipeline.Limits(index.batch(), index.linger().toMillis(), backoff);
        return new IndexingRunner(
                indexes,
                instance.model().identity(),
                (MediaIndex into) -> new IndexingPipeline(into, writing, writes),
                (work, suffix) -> instance.runners()
                        .runner(
                                TopologyName.INDEXING,
                                suffix,
                                IndexingTopology.build(
                                        topics.names(), work, limits, instance.rules(), metrics, instance.clock()),
                                limits,
                                index.streamThreads(),
                                instance.identity(TopologyName.INDEXING)),
                suffix -> new CatchUp(
                        instance.kafka(), TopologyName.INDEXING, suffix, List.of(topics.embedded(), topics.tagged())),
                backoff,
                writes::saw);
    }

    @Override
    public RunningTopology runner() {
        return runner;
    }

    /// Returns the store of the index, which this stage closes.
    MediaIndexes indexes() {
        return indexes;
    }

    /// Returns the searches in the index.
    LiveLookups lookups() {
        return lookups;
    }

    @Override
    public void close() {
        opened.close();
    }
}
