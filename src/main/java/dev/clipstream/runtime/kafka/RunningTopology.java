package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.TopologyName;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// One topology of this instance, from start to drained end.
public interface RunningTopology {
    TopologyName name();

    void start();

    /// Whether it works on its topics.
    boolean isRunning();

    /// Whether this instance may count as ready: it runs, or it waits for what only delays this topology.
    boolean isReady();

    /// Whether it will not run any more.
    boolean isDown();

    /// What it does, in a word.
    String state();

    /// Completes with what stopped it, if it ever stops by itself.
    CompletableFuture<Throwable> failure();

    /// Takes no new event and waits until what is in flight is done.
    ///
    /// @return whether nothing is left; what is left is not committed, and done again by whoever reads it next
    boolean drain(Duration limit);

    /// Commits what is done and ends.
    void close(Duration limit);
}
