package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.async.Stall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out that a topology makes no progress although events wait, such as a thread that hangs in a producer whose
/// topic was deleted: under exactly-once processing, a producer retries without end.
///
/// After the limit the stall is logged and [#found()]; after twice the limit it is a failure. Two kinds of time do not
/// count: time in which no broker answers, because topologies continue when the brokers return, and time in which this
/// process was suspended.
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final int CHECKS = 6;

    private final TopologyName name;
    private final Stall stall;
    private final Duration limit;
    private final TopicsNow topics;
    private final Consumer<Throwable> failed;
    private final Thread watcher;
    private volatile @Nullable String found;

    /// @param limit  0: nothing is watched
    /// @param failed called once, after twice the limit
    StallWatch(TopologyName name, Stall stall, Duration limit, TopicsNow topics, Consumer<Throwable> failed) {
        this.name = name;
        this.stall = stall;
        this.limit = limit;
        this.topics = topics;
        this.failed = failed;
        this.watcher =
                Thread.ofPlatform().name(name.label() + "-stall").daemon().unstarted(this::watch);
    }

    void start() {
        if (limit.isPositive()) {
            watcher.start();
        }
    }

    /// Returns the stall in a sentence; empty: the topology makes progress, or has not stalled for the limit yet.
    Optional<String> found() {
        return Optional.ofNullable(found);
    }

    private void watch() {
        Duration every = limit.dividedBy(CHECKS);
        try {
            while (true) {
                Thread.sleep(every);
                stall.passed(every);
                if (failsNow()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private boolean failsNow() throws InterruptedException {
        try {
            Optional<Stall.Longest> longest = stall.longest();
            if (longest.isEmpty() && found != null) {
                found = null;
                LOG.info("The topology {} makes progress again", name.label());
            }
            return longest.isPresent()
                    && longest.get().time().compareTo(limit.dividedBy(2)) >= 0
                    && fails(longest.get());
        } catch (RuntimeException e) {
            LOG.warn("Cannot check whether the topology {} makes progress. It is checked again", name.label(), e);
            return false;
        }
    }

    /// Reports a stall once it has reached the limit. Asks the brokers from half of the limit on, because a topology
    /// needs some time to continue after they return.
    ///
    /// @return whether the topology has failed
    private boolean fails(Stall.Longest longest) throws InterruptedException {
        Optional<List<String>> faults = topics.faults();
        if (faults.isEmpty()) {
            stall.reset();
            if (found != null) {
                found = null;
                LOG.info("The topology {} waits for the brokers", name.label());
            }
            return false;
        }
        if (longest.time().compareTo(limit) < 0) {
            return false;
        }
        String sentence = "The topology " + name.label() + ": Expected progress while events wait, found none for "
                + longest.time().toSeconds() + " s: its thread " + longest.doing()
                + (faults.get().isEmpty() ? "" : ", and " + String.join(", ", faults.get()))
                + ". Check the brokers' logs and the topics, and create missing topics again";
        if (longest.time().compareTo(limit.multipliedBy(2)) >= 0) {
            failed.accept(new StartException(sentence));
            return true;
        }
        if (found == null) {
            LOG.error("{}. The instance is not ready, and ends if this lasts as long again", sentence);
        }
        found = sentence;
        return false;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
