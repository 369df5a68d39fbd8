package dev.clipstream.runtime.pipeline;

import dev.clipstream.runtime.kafka.RunningTopology;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.tagging.TaggingTopology;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/// The topology `tagging` and the stream around it.
final class TaggingStage implements TopologyStage {
    /// Records that may be in flight; a task polls a quarter of them at once.
    private static final int BATCH = 256;

    private final RunningTopology runner;
    private final LiveTagger tagger;

    private TaggingStage(RunningTopology runner, LiveTagger tagger) {
        this.runner = runner;
        this.tagger = tagger;
    }

    /// Builds the topology; starts nothing.
    ///
    /// @param configured name of the label set of the setting `tagging.labels`, which all instances agree on; the sets
    ///                   of the topic are the same for all of them anyway
    /// @throws SettingException if a setting is refused
    static TaggingStage open(Instance instance, LiveTagger tagger, String configured) throws SettingException {
        StageLimits limits = StageLimits.forBatch(BATCH);
        StageMetrics metrics = new StageMetrics(instance.meters(), TaggingTopology.NAME);
        Topology topology = TaggingTopology.build(
                instance.settings().topics().names(), tagger, instance.rules(), metrics, instance.clock());
        RunningTopology runner = instance.runners()
                .runner(
                        TopologyName.TAGGING,
                        "",
                        topology,
                        limits,
                        instance.settings().tagging().streamThreads(),
                        instance.identity(TopologyName.TAGGING).withLabels(configured));
        return new TaggingStage(runner, tagger);
    }

    @Override
    public RunningTopology runner() {
        return runner;
    }

    /// Returns the name of the primary label set that the topology tags with now; empty: it has no label set.
    Optional<String> labelSet() {
        return tagger.current().primary().map(one -> one.labelSet().name());
    }

    @Override
    public void close() {
        // nothing but the runner, which is closed before
    }
}
