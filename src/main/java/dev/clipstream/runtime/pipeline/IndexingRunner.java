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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topology `indexing` with the index that it fills: waits for the index, and fills it anew when it was lost.
///
/// An index has a birth id, and the topology's consumer group is named by it: a new index, whether of a new model or of
/// a Redis that came back empty, is read from the topics' beginning without any offset being reset, and an old one goes
/// on where it was. A Redis that came back with what it had saved begins a generation, which names the group, too: what
/// it has is found to be there, and what it lost is written again. All instances see the same names, so they meet in
/// the same group. A thread of its own looks after this; while the index is away nothing else waits for it. Once a new
/// index holds what the topics held, it is told so, and lookups begin.
final class IndexingRunner implements RunningTopology {
    private static final Logger LOG = LoggerFactory.getLogger(IndexingRunner.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration FILLING_LOOK_EVERY = Duration.ofMillis(250);
    private static final int LOOKS_AT_INDEX = 20;
    private static final Duration LEAST_CLOSE = Duration.ofSeconds(5);

    /// How much of an id tells its consumer group from others.
    private static final int ID_LENGTH = 8;

    /// Builds the topology around an index.
    @FunctionalInterface
    interface Build {
        /// @param suffix of the names of its application and group
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

    /// @param progress of the group, by the suffix of its application id
    /// @param backoff pauses between two looks at an index that is away
    /// @param seen    told of the index every few seconds
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
                    failures = 0;
                    serve(index, described);
                } catch (IndexUnavailableException | IndexMissingException e) {
                    LOG.warn("Indexing waits for its index and tries again, all else goes on: {}", e.getMessage());
                    failures++;
                    Thread.sleep(backoff.after(failures));
                }
            }
        } catch (InterruptedException e) {
            // closed
        } catch (StartException | RuntimeException e) {
            failure.complete(e);
        }
    }

    /// Fills one index until it is gone, this is closed, or something else fails.
    private void serve(MediaIndex index, IndexDescription described) throws StartException, InterruptedException {
        try (IndexingPipeline pipeline = pipelines.apply(index)) {
            String suffix = suffix(described);
            RunningTopology runner = build.around(pipeline, suffix);
            current = runner;
            try {
                runner.start();
                Throwable ended = awaitEnd(runner, suffix, index, described);
                if (ended != null) {
                    failure.complete(ended);
                    closed = true;
                }
            } finally {
                // an interrupt would cut the commit short
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

    /// Looks after the index while the topology runs.
    ///
    /// @return what stopped the topology; null: its index is gone, or in another generation
    private @Nullable Throwable awaitEnd(
            RunningTopology runner, String suffix, MediaIndex index, IndexDescription described)
            throws InterruptedException {
        if (described.filling()) {
            try (CatchUp catchUp = progress.apply(suffix)) {
                boolean reached = false;
                for (int looks = 1; !reached && !runner.failure().isDone(); looks++) {
                    Thread.sleep(FILLING_LOOK_EVERY);
                    reached = catchUp.isReached();
                    // what is told has to be of the index that is there now
                    if ((reached || looks % LOOKS_AT_INDEX == 0) && isGone(described)) {
                        return null;
                    }
                    reached = reached && tellFilled(index, described);
                }
            }
        }
        while (true) {
            try {
                Throwable thrown = runner.failure().get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                    if (cause instanceof IndexMissingException) {
                        LOG.warn("The index is gone and is filled anew: {}", cause.getMessage());
                        return null;
                    }
                }
                return thrown;
            } catch (TimeoutException e) {
                if (isGone(described)) {
                    return null;
                }
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }
    }

    private static boolean tellFilled(MediaIndex index, IndexDescription described) {
        try {
            boolean told = index.filled();
            if (told) {
                LOG.info("The index {} holds what the topics hold: lookups begin", described.name());
            }
            return told;
        } catch (IndexUnavailableException e) {
            return false;
        }
    }

    /// Looks even when nothing is written, so that an index which was lost in a quiet hour is there in the next.
    /// What is missing of it (all, an alias) is made on the way.
    private boolean isGone(IndexDescription described) {
        try {
            IndexDescription now = store.open(model).describe();
            if (!now.born().equals(described.born())) {
                LOG.warn("The index {} was lost, and the new one is filled", now.name());
                return true;
            }
            if (!now.generation().equals(described.generation())) {
                LOG.warn(
                        "What keeps the index {} was restarted: what it may not have saved is written again, lookups go on",
                        now.name());
                return true;
            }
            seen.accept(now);
            return false;
        } catch (IndexMissingException e) {
            LOG.warn("The index is gone and is filled anew: {}", e.getMessage());
            return true;
        } catch (IndexUnavailableException e) {
            return false; // whoever writes waits for it
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
        supervisor.interrupt();
        try {
            supervisor.join(limit.plus(LEAST_CLOSE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
