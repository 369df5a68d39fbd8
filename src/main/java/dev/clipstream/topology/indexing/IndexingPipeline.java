package dev.clipstream.topology.indexing;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writes into one index in batches, and waits for it while it is away.
///
/// One thread of its own takes what waits, up to a batch, and writes it; while a batch is written the next one gathers.
/// A batch that the index did not take is tried again, after pauses that double up to a limit, with jitter, until it is
/// taken: writes are idempotent, and nothing behind it may overtake. What is submitted is limited by the windows of the
/// stages before it.
public final class IndexingPipeline implements MediaIndexing, AutoCloseable {

    /// How it writes.
    ///
    /// @param batch        most writes in a batch, at least 1
    /// @param lingerMillis how long the oldest write waits for its batch to fill, in ms, at least 0
    /// @param backoff      pauses while the index is away
    public record Limits(int batch, long lingerMillis, Backoff backoff) {
        public Limits {
            if (batch < 1 || lingerMillis < 0) {
                throw new IllegalArgumentException(
                        "A batch of at least 1 and a linger of at least 0 ms were expected, found " + batch + " and "
                                + lingerMillis);
            }
        }
    }

    private static final System.Logger LOG = System.getLogger(IndexingPipeline.class.getName());

    private final MediaIndex index;
    private final Limits limits;
    private final IndexingMetrics metrics;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread writer;
    private volatile boolean closed;
    private volatile @Nullable String trouble;

    /// Starts its thread.
    public IndexingPipeline(MediaIndex index, Limits limits, IndexingMetrics metrics) {
        this.index = index;
        this.limits = limits;
        this.metrics = metrics;
        this.writer = Thread.ofPlatform().name("index-writer").daemon().start(this::run);
    }

    /// A write and who waits for it.
    private record Waiting(MediaWrite write, CompletableFuture<WriteOutcome> outcome) {}

    @Override
    public ModelIdentity model() {
        return index.model();
    }

    @Override
    public CompletableFuture<WriteOutcome> submit(MediaWrite write) {
        CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
        queue.add(new Waiting(write, outcome));
        return outcome;
    }

    /// Why the index does not take what is written; empty: it does.
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void run() {
        while (!closed) {
            List<Waiting> batch = new ArrayList<>();
            try {
                gather(batch);
                write(batch);
            } catch (InterruptedException e) {
                // closed; who waits has given up
                batch.forEach(waiting -> waiting.outcome().cancel(false));
                return;
            } catch (RuntimeException e) {
                // not the index being away: nothing can go on, and whoever waits is told
                batch.forEach(waiting -> waiting.outcome().completeExceptionally(e));
            }
        }
    }

    /// Waits for the first, then as long as it may wait for others.
    private void gather(List<Waiting> batch) throws InterruptedException {
        batch.add(queue.take());
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.lingerMillis());
        while (batch.size() < limits.batch()) {
            Waiting next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        batch.removeIf(waiting -> waiting.outcome().isDone()); // given up meanwhile
    }

    private void write(List<Waiting> batch) throws InterruptedException {
        List<MediaWrite> writes = batch.stream().map(Waiting::write).toList();
        for (int failures = 1; !writes.isEmpty(); failures++) {
            long started = System.nanoTime();
            try {
                List<WriteOutcome> outcomes = index.write(writes);
                metrics.wrote(writes, outcomes, System.nanoTime() - started);
                recovered();
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).outcome().complete(outcomes.get(i));
                }
                return;
            } catch (IndexUnavailableException e) {
                metrics.failed();
                Duration pause = limits.backoff().after(failures);
                suffer(e, pause);
                Thread.sleep(pause);
            }
        }
    }

    private void suffer(IndexUnavailableException cause, Duration pause) {
        if (trouble == null) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The index is away; what comes waits for it, and it is tried again with pauses of up to "
                            + limits.backoff().most() + ": " + cause.getMessage());
        } else {
            LOG.log(System.Logger.Level.DEBUG, "The index is still away, next try in " + pause, cause);
        }
        trouble = cause.getMessage();
    }

    private void recovered() {
        if (trouble != null) {
            trouble = null;
            LOG.log(System.Logger.Level.INFO, "The index is back; catching up");
        }
    }

    /// Writes nothing more. What waits is given up, and done again by whoever reads it next.
    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            writer.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.forEach(waiting -> waiting.outcome().cancel(false));
    }
}
