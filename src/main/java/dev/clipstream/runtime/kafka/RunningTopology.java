package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One topology of this instance, from its start until it is drained and closed.
public interface RunningTopology {
    TopologyName name();

    /// Joins the topology's consumer group; returns when it has begun to.
    ///
    /// @throws StartException if members of the group, or of others that share its topics, disagree with this instance
    void start() throws StartException;

    /// Returns whether the topology processes records.
    boolean isRunning();

    /// Returns whether this instance counts as ready: the topology runs, or waits for something that delays only this
    /// topology.
    boolean isReady();

    /// Returns whether the topology has stopped for good.
    boolean isDown();

    /// Returns the state as one word, for health and logs.
    String state();

    /// Returns why the topology is not ready although it runs, in a sentence; empty: there is no such reason.
    Optional<String> problem();

    /// Completes with the cause when the topology stops on its own.
    CompletableFuture<Throwable> failure();

    /// Accepts no more records, and waits until those in flight are finished.
    ///
    /// @return whether all are finished; the others are not committed, and are processed again later
    boolean drain(Duration limit);

    /// Commits what is finished, and stops.
    void close(Duration limit);
}
