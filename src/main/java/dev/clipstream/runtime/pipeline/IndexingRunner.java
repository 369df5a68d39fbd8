package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.kafka.CatchUp;
import dev.clipstream.runtime.kafka.RunningTopology;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.indexing.IndexingPipeline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the topology `indexing` for the index in the store: waits for the index, and fills it again after it was lost.
///
/// The consumer group is named after the birth id of the index. A new index, of a new model or of a Redis that returned
/// empty, therefore has a new group, which reads the topics from their beginning; no offset is reset. An existing index
/// continues at its committed offsets. A Redis that returned with a snapshot begins a new generation, which is part of
/// the group's name too. The topics are then read again: media that the snapshot has are recognised, and the others are
/// written. All instances see the same names, so they join the same group.
///
/// One thread supervises this. While the index is unavailable, nothing but this topology waits for it. When a new index
/// holds what the topics held at the start, it is marked as filled, and searches begin.
final class IndexingRunner implements RunningTopology {
    private static final Logger LOG = LoggerFactory.getLogger(IndexingRunner.class);
    private static final Duration INDEX_CHECK_EVERY = Duration.ofSeconds(5);
    private static final Duration PROGRESS_CHECK_EVERY = Duration.ofMillis(250);
    private static final int CHECKS_OF_PROGRESS_PER_INDEX_CHECK = 20;
    private static final Duration LEAST_CLOSE = Duration.ofSeconds(5);

    /// Characters of an id that are part of the name of its consumer group.
    private static final int ID_LENGTH = 8;

    /// Builds the topology for an index.
    @FunctionalInterface
    interface Build {
        /// @param suffix of the application id, which is the name of the consumer group
        RunningTopology around(IndexingPipeline index, String suffix) throws StartException;
    }

    private final MediaIndexes store;
    private final ModelIdentity model;
    private final Function<MediaIndex, IndexingPipeline> pipelines;
    private final Build build;
    private final Function<String, CatchUp> progress;
    private final Backoff backoff;
    private final Consumer<IndexDescription> seen;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Thread supervisor;
    private volatile @Nullable RunningTopology current;
    private volatile boolean closed;
    private volatile Duration closeLimit = LEAST_CLOSE;

    /// @param progress makes the progress of the group, given the suffix of its application id
    /// @param backoff  pauses between attempts while the index is unavailable
    /// @param seen     called with the description of the index every few seconds
    IndexingRunner(
            MediaIndexes store,
            ModelIdentity model,
            Function<MediaIndex, IndexingPipeline> pipelines,
            Build build,
            Function<String, CatchUp> progress,
            Backoff backoff,
            Consumer<IndexDescription> seen) {
        this.store = store;
        this.model = model;
        this.pipelines = pipelines;
        this.build = build;
        this.progress = progress;
        this.backoff = backoff;
        this.seen = seen;
        this.supervisor = Thread.ofPlatform().name("indexing").daemon().unstarted(this::supervise);
    }

    @Override
    public TopologyName name() {
        return TopologyName.INDEXING;
    }

    @Override
    public void start() {
        supervisor.start();
    }

    private void supervise() {
        int failures = 0;
        try {
            while (!closed) {
                try {
                    MediaIndex index = store.open(model);
                    IndexDescription described = index.describe();
                    if (failures > 0) {
                        LOG.info("The index is available after {} attempts; indexing continues", failures);
                    }
                    failures = 0;
                    serve(index, described);
                } catch (IndexUnavailableException | IndexMissingException e) {
                    failures++;
                    report(e, failures);
                    Thread.sleep(backoff.after(failures));
                }
            }
        } catch (InterruptedException e) {
            // closed
        } catch (StartException | RuntimeException e) {
            if (closed) { // the close interrupts what runs
                LOG.debug("Indexing did not finish", e);
            } else {
                failure.complete(e);
            }
        }
    }

    /// Warns once in an outage, so that a long one does not fill the log.
    private static void report(RuntimeException cause, int failures) {
        if (failures == 1) {
            LOG.warn("Indexing waits for its index and retries; everything else continues: {}", cause.getMessage());
        } else {
            LOG.debug("Indexing still waits for its index: attempt {}", failures, cause);
        }
    }

    /// Fills one index until it is lost, this runner is closed, or something else fails.
    private void serve(MediaIndex index, IndexDescription described) throws StartException, InterruptedException {
        try (IndexingPipeline pipeline = pipelines.apply(index)) {
            String suffix = suffix(described);
            RunningTopology runner = build.around(pipeline, suffix);
            current = runner;
            try {
                runner.start();
                Throwable ended = awaitEnd(
                        runner.failure().applyToEither(pipeline.lost(), cause -> cause), suffix, index, described);
                if (ended != null) {
                    failure.complete(ended);
                    closed = true;
                }
            } finally {
                // an interrupt would abort the commit
                boolean interrupted = Thread.interrupted();
                runner.close(closeLimit);
                current = null;
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static String suffix(IndexDescription described) {
        String generation = described.generation();
        return "-" + start(described.born()) + (generation.isEmpty() ? "" : "-" + start(generation));
    }

    private static String start(String id) {
        return id.substring(0, Math.min(ID_LENGTH, id.length()));
    }

    /// Checks the index while the topology runs.
    ///
    /// @param end completes with the failure of the topology, or with the loss of its index
    /// @return the cause that stopped the topology; null: its index is lost, or in another generation
    private @Nullable Throwable awaitEnd(
            CompletableFuture<Throwable> end, String suffix, MediaIndex index, IndexDescription described)
            throws InterruptedException {
        if (described.filling()) {
            try (CatchUp catchUp = progress.apply(suffix)) {
                boolean reached = false;
                for (int checks = 1; !reached && !end.isDone(); checks++) {
                    Thread.sleep(PROGRESS_CHECK_EVERY);
                    reached = catchUp.isReached();
                    // only the index that is there now may be marked as filled
                    if ((reached || checks % CHECKS_OF_PROGRESS_PER_INDEX_CHECK == 0) && isLost(described)) {
                        return null;
                    }
                    reached = reached && markFilled(index, described);
                }
            }
        }
        while (true) {
            try {
                Throwable thrown = end.get(INDEX_CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                    if (cause instanceof IndexMissingException) {
                        LOG.warn("The index is lost and is filled again: {}", cause.getMessage());
                        return null;
                    }
                }
                return thrown;
            } catch (TimeoutException e) {
                if (isLost(described)) {
                    return null;
                }
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }
    }

    private static boolean markFilled(MediaIndex index, IndexDescription described) {
        try {
            boolean filled = index.markFilled();
            if (filled) {
                LOG.info("The index {} holds what the topics held: searches begin", described.name());
            }
            return filled;
        } catch (IndexUnavailableException e) {
            return false;
        }
    }

    /// Returns whether the index is lost or in another generation. Called even when nothing is written, so that an
    /// index that was lost meanwhile is filled before the next write. Opening it creates what is missing, such as an
    /// alias.
    private boolean isLost(IndexDescription described) {
        try {
            IndexDescription now = store.open(model).describe();
            if (!now.born().equals(described.born())) {
                LOG.warn("The index {} was lost; a new one is filled", now.name());
                return true;
            }
            if (!now.generation().equals(described.generation())) {
                LOG.warn(
                        "The store of the index {} was restarted: media that it may not have saved are written again,"
                                + " searches continue",
                        now.name());
                return true;
            }
            seen.accept(now);
            return false;
        } catch (IndexMissingException e) {
            LOG.warn("The index is lost and is filled again: {}", e.getMessage());
            return true;
        } catch (IndexUnavailableException e) {
            return false; // the writes wait for it
        }
    }

    @Override
    public boolean isRunning() {
        RunningTopology runner = current;
        return runner != null && runner.isRunning();
    }

    @Override
    public boolean isReady() {
        RunningTopology runner = current;
        return runner == null ? !isDown() : runner.isReady();
    }

    @Override
    public boolean isDown() {
        return failure.isDone();
    }

    @Override
    public String state() {
        RunningTopology runner = current;
        return runner != null ? runner.state() : isDown() ? "ERROR" : "WAITING_FOR_INDEX";
    }

    @Override
    public Optional<String> problem() {
        RunningTopology runner = current;
        return runner == null ? Optional.empty() : runner.problem();
    }

    @Override
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    @Override
    public boolean drain(Duration limit) {
        RunningTopology runner = current;
        return runner == null || runner.drain(limit);
    }

    @Override
    public void close(Duration limit) {
        closed = true;
        closeLimit = limit;
        if (supervisor.getState() == Thread.State.NEW) {
            return; // never started, so there is nothing to wait for
        }
        supervisor.interrupt();
        try {
            supervisor.join(limit.plus(LEAST_CLOSE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
