package dev.clipstream.topology.indexing;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.PartlyWrittenException;
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

/// Writes into one index in batches, and waits while the index is unavailable.
///
/// A thread of its own takes the waiting writes, up to a batch, and writes them; meanwhile the next batch gathers.
/// A batch that fails because the index is unavailable is retried until it succeeds, with exponential backoff and
/// jitter. If the index writes a part of a batch, as while a cluster moves slots, only the rest is retried, and other
/// writes go on: writes are idempotent and versioned, so they may overtake each other. The windows of the stages limit
/// the number of waiting writes. A batch that fails for another reason than its index is written once more, one write
/// at a time, so that only the write at fault fails.
///
/// When the index turns out to be missing, writing ends and [#lost()] completes. The writes stay in flight, so that
/// nothing of them is committed, until the topology is closed; they are read again for the next index.
public final class IndexingPipeline implements MediaIndexing, AutoCloseable {

    /// Limits of the writes.
    ///
    /// @param batch        maximum writes in a batch, at least 1
    /// @param lingerMillis how long the oldest write waits for its batch to fill, in ms, at least 0
    /// @param backoff      pauses while the index is unavailable
    public record Limits(int batch, long lingerMillis, Backoff backoff) {
        public Limits {
            if (batch < 1 || lingerMillis < 0) {
                throw new IllegalArgumentException(
                        "Expected a batch of at least 1 and a linger of at least 0 ms, found " + batch + " and "
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

    /// Writes that the index refused while it did others, the number of refusals in a row, and when to try again. Used
    /// by the writer thread.
    private final List<Waiting> refused = new ArrayList<>();

    private int refusals;
    private long retryNanos;

    private final CompletableFuture<Throwable> lost = new CompletableFuture<>();
    private volatile boolean closed;
    private volatile @Nullable Throwable ended;
    private volatile @Nullable String unavailableReason;

    /// Starts the writer thread.
    public IndexingPipeline(MediaIndex index, Limits limits, IndexingMetrics metrics) {
        this.index = index;
        this.limits = limits;
        this.metrics = metrics;
        this.writer = Thread.ofPlatform().name("index-writer").daemon().start(this::run);
    }

    /// A write and the future of its outcome.
    private record Waiting(MediaWrite write, CompletableFuture<WriteOutcome> outcome) {}

    @Override
    public ModelIdentity model() {
        return index.model();
    }

    @Override
    public CompletableFuture<WriteOutcome> submit(MediaWrite write) {
        CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
        queue.add(new Waiting(write, outcome));
        failIfEnded();
        return outcome;
    }

    /// Completes with the cause when the index is missing.
    public CompletableFuture<Throwable> lost() {
        return lost;
    }

    /// Returns why the index is unavailable; empty: it is available, as far as the last write showed.
    Optional<String> unavailableReason() {
        return Optional.ofNullable(unavailableReason);
    }

    private void run() {
        while (!closed) {
            List<Waiting> batch = new ArrayList<>();
            try {
                gather(batch);
                write(batch);
            } catch (InterruptedException e) {
                // closed: the stages have cancelled their work
                batch.forEach(waiting -> waiting.outcome().cancel(false));
                break;
            } catch (IndexMissingException e) {
                lost.complete(e);
                return;
            } catch (RuntimeException e) {
                // not an unavailable index, so a retry does not help: the stages fail and stop the topology
                batch.forEach(waiting -> waiting.outcome().completeExceptionally(e));
            } catch (Error e) {
                // such as an OutOfMemoryError: this thread ends, and the stages stop the topology
                ended = e;
                batch.forEach(waiting -> waiting.outcome().completeExceptionally(e));
                refused.forEach(waiting -> waiting.outcome().completeExceptionally(e));
                failIfEnded();
                throw e;
            }
        }
        refused.forEach(waiting -> waiting.outcome().cancel(false));
    }

    /// Fails the waiting writes if the writer thread has ended. The writer and [#submit] both call this, so no write
    /// stays behind.
    private void failIfEnded() {
        Throwable cause = ended;
        if (cause != null) {
            for (Waiting waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
                waiting.outcome().completeExceptionally(cause);
            }
        }
    }

    /// Waits for the first write, then for more until the batch is full or the linger time has passed. Writes that the
    /// index refused wait until their pause has passed.
    private void gather(List<Waiting> batch) throws InterruptedException {
        if (refused.isEmpty()) {
            batch.add(queue.take());
        } else {
            Waiting first = queue.poll(retryNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (first != null) {
                batch.add(first);
            }
            if (System.nanoTime() - retryNanos >= 0) {
                batch.addAll(refused);
                refused.clear();
            }
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.lingerMillis());
        while (batch.size() < limits.batch()) {
            Waiting next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        batch.removeIf(waiting -> waiting.outcome().isDone()); // cancelled meanwhile
    }

    private void write(List<Waiting> batch) throws InterruptedException {
        List<MediaWrite> writes = batch.stream().map(Waiting::write).toList();
        for (int failures = 1; !writes.isEmpty(); failures++) {
            long started = System.nanoTime();
            try {
                List<WriteOutcome> outcomes = index.write(writes);
                metrics.wrote(writes, outcomes, System.nanoTime() - started);
                if (refused.isEmpty()) {
                    refusals = 0;
                    recovered();
                }
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).outcome().complete(outcomes.get(i));
                }
                return;
            } catch (PartlyWrittenException e) {
                metrics.failed();
                keepWhatIsRefused(batch, e);
                return;
            } catch (IndexUnavailableException e) {
                metrics.failed();
                Duration pause = limits.backoff().after(failures);
                unavailable(e, pause);
                Thread.sleep(pause);
            } catch (IndexException e) {
                throw e;
            } catch (RuntimeException e) {
                isolate(batch, e);
                return;
            }
        }
    }

    /// Completes the writes that are done and keeps the others for a later batch, so that they do not hold it.
    private void keepWhatIsRefused(List<Waiting> batch, PartlyWrittenException partly) {
        for (int i = 0; i < batch.size(); i++) {
            WriteOutcome outcome = partly.written().get(i);
            if (outcome == null) {
                refused.add(batch.get(i));
            } else {
                batch.get(i).outcome().complete(outcome);
            }
        }
        refusals++;
        Duration pause = limits.backoff().after(refusals);
        retryNanos = System.nanoTime() + pause.toNanos();
        unavailable(partly, pause);
    }

    private void isolate(List<Waiting> batch, RuntimeException cause) throws InterruptedException {
        if (batch.size() == 1) {
            batch.getFirst().outcome().completeExceptionally(new NotIndexableException(cause));
            return;
        }
        for (Waiting waiting : batch) {
            write(List.of(waiting));
        }
    }

    private void unavailable(IndexUnavailableException cause, Duration pause) {
        if (unavailableReason == null) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The index is unavailable; writes wait and are retried with pauses of up to "
                            + limits.backoff().most() + ": " + cause.getMessage());
        } else {
            LOG.log(System.Logger.Level.DEBUG, "The index is still unavailable, next retry in " + pause, cause);
        }
        unavailableReason = cause.getMessage();
    }

    private void recovered() {
        if (unavailableReason != null) {
            unavailableReason = null;
            LOG.log(System.Logger.Level.INFO, "The index is available again; catching up");
        }
    }

    /// Stops writing and cancels the waiting writes. Their records are read again by the next owner of the
    /// partition.
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
