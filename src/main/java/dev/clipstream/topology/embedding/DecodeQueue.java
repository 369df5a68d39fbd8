package dev.clipstream.topology.embedding;

import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.image.preprocess.DecodeCost;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The decode threads, and the images that wait for one.
///
/// Live images go first. Among images of one urgency, the classes of cost share the threads fairly, see [FairQueue].
/// One thread takes no costly images if there are several, so that the others never wait for a thread that decodes one.
/// Of the threads that take costly images, back-fill leaves one to live images if there are several. An image gets a
/// thread only with a place in the devices' queue, so no thread waits for a device. Safe for use by many threads.
final class DecodeQueue implements AutoCloseable {
    private final ImageEmbedder embedder;
    private final int threads;
    private final int costlyThreads;
    private final ThreadPoolExecutor pool;
    private final Map<Urgency, FairQueue<Job>> waiting = new EnumMap<>(Urgency.class);
    private int running;
    private int runningCostly;
    private int runningCostlyBackfill;
    private boolean closed;

    /// The decoding of one image.
    interface Job {
        Urgency urgency();

        DecodeCost cost();

        /// Decodes the image on a decode thread and submits it to its place, or closes the place.
        void decode(ImageEmbedder.Place place);

        /// Called instead, if the queue is closed before.
        void cancel();
    }

    /// Starts no thread before an image comes.
    ///
    /// @param embedder whose places limit what is decoded
    /// @param threads  at least 1
    DecodeQueue(ImageEmbedder embedder, int threads) {
        this.embedder = embedder;
        this.threads = threads;
        this.costlyThreads = Math.max(1, threads - 1);
        this.pool = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("decode-", 0).daemon(true).factory());
        for (Urgency urgency : Urgency.values()) {
            waiting.put(urgency, new FairQueue<>());
        }
        embedder.onRoom(this::startAll);
    }

    /// Adds an image.
    void add(Job job) {
        boolean added;
        synchronized (this) {
            added = !closed;
            if (added) {
                of(job.urgency()).add(job.cost(), job);
            }
        }
        if (added) {
            startAll();
        } else {
            job.cancel();
        }
    }

    /// Removes an image that waits. Returns whether it did.
    synchronized boolean remove(Job job) {
        return of(job.urgency()).remove(job.cost(), job);
    }

    /// Decodes an image on another thread, since the calling one, which decoded it, stops for good.
    void again(Job job, ImageEmbedder.Place place) {
        synchronized (pool) {
            pool.setMaximumPoolSize(pool.getMaximumPoolSize() + 1);
            pool.setCorePoolSize(pool.getMaximumPoolSize());
        }
        execute(new Start(job, place));
    }

    /// An image with its place, which has a thread.
    private record Start(Job job, ImageEmbedder.Place place) {}

    private void startAll() {
        for (Optional<Start> start = next(); start.isPresent(); start = next()) {
            execute(start.get());
        }
    }

    private void execute(Start start) {
        try {
            pool.execute(() -> run(start));
        } catch (RejectedExecutionException closedMeanwhile) {
            start.place().close();
            start.job().cancel();
        }
    }

    private void run(Start start) {
        long started = System.nanoTime();
        try {
            start.job().decode(start.place());
        } finally {
            ended(start.job(), System.nanoTime() - started);
            startAll();
        }
    }

    private synchronized void ended(Job job, long nanos) {
        count(job.urgency(), job.cost(), -1);
        of(job.urgency()).took(job.cost(), nanos);
    }

    private synchronized Optional<Start> next() {
        if (running == threads || closed) {
            return Optional.empty();
        }
        for (Urgency urgency : Urgency.values()) {
            FairQueue<Job> queue = of(urgency);
            Optional<DecodeCost> cost = queue.next(any -> !any.isCostly() || mayTakeCostly(urgency));
            Optional<ImageEmbedder.Place> place = cost.flatMap(any -> embedder.reserve(urgency));
            if (place.isPresent()) {
                count(urgency, cost.get(), 1);
                return Optional.of(new Start(queue.take(cost.get()), place.get()));
            }
        }
        return Optional.empty();
    }

    private boolean mayTakeCostly(Urgency urgency) {
        return runningCostly < costlyThreads
                && (urgency == Urgency.LIVE || runningCostlyBackfill < Math.max(1, costlyThreads - 1));
    }

    private void count(Urgency urgency, DecodeCost cost, int more) {
        running += more;
        if (cost.isCostly()) {
            runningCostly += more;
            runningCostlyBackfill += urgency == Urgency.BACKFILL ? more : 0;
        }
    }

    private FairQueue<Job> of(Urgency urgency) {
        return Objects.requireNonNull(waiting.get(urgency));
    }

    /// Cancels the images that wait; those that have a thread go on.
    @Override
    public void close() {
        List<Job> dropped = new ArrayList<>();
        synchronized (this) {
            closed = true;
            waiting.values().forEach(queue -> dropped.addAll(queue.removeAll()));
        }
        pool.shutdown();
        dropped.forEach(Job::cancel);
    }
}
