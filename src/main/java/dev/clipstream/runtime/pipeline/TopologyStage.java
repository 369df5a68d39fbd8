package dev.clipstream.runtime.pipeline;

import dev.clipstream.runtime.kafka.RunningTopology;

/// One topology of an instance with everything that only this topology uses.
interface TopologyStage extends AutoCloseable {
    /// Returns the topology's Kafka Streams client. The caller closes it before this stage.
    RunningTopology runner();

    /// Fails requests that are still queued after an unfinished drain. Called after the runner is closed.
    default void abort() {}

    /// Closes what the topology used.
    @Override
    void close();
}
