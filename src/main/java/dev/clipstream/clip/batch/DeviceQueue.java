package dev.clipstream.clip.batch;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.image.RgbImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The images that wait for one device, and the threads that take them from there: as many as the device runs batches
/// at a time.
///
/// An image whose future is cancelled while it waits takes no part in its batch.
///
/// The lock guards the queue and its end. It is never held while the device runs, so images gather meanwhile and the
/// next batch is as large as the load allows. Futures are completed on the batcher threads, outside of the lock.
final class DeviceQueue {

    /// The part of the batches that back-fill keeps while live images could fill them: an eighth. Nothing that is
    /// prepared waits forever, and the live images that run less are few.
    private static final int BACKFILL_PART = 8;

    /// An image that waits.
    ///
    /// @param submittedNanos [System#nanoTime()] when it was submitted
    record Waiting(RgbImage image, Urgency urgency, CompletableFuture<Embedding> future, long submittedNanos) {}

    private final Places places;
    private final long lingerNanos;
    private final Consumer<DeviceLostException> onLost;
    private final DeviceBatches batches;
    private final List<Thread> threads = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private final Map<Urgency, Deque<Waiting>> queues = new EnumMap<>(Urgency.class);
    private int running;
    // the images that back-fill gave up to live ones, and may have back, times BACKFILL_PART
    private int owed;
    // whether the images that wait are all that will come for now
    private boolean complete;
    private boolean ending;
    private @Nullable DeviceLostException loss;

    DeviceQueue(
            ImageSession session,
            BatchSettings settings,
            Places places,
            BatchObserver observer,
            Consumer<DeviceLostException> onLost) {
        this.places = places;
        this.lingerNanos = TimeUnit.MILLISECONDS.toNanos(settings.lingerMillis());
        this.onLost = onLost;
        for (Urgency urgency : Urgency.values()) {
            queues.put(urgency, new ArrayDeque<>());
        }
        this.batches = new DeviceBatches(session, settings.maxBatch(), observer, this::depth);
        for (int i = 0; i < session.batchesAtOnce(); i++) {
            threads.add(Thread.ofPlatform()
                    .name("clip-batcher-" + session.device() + "-" + i)
                    .daemon(true)
                    .unstarted(this::work));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /// Adds an image, whose place is taken already.
    ///
    /// @param urgency    live images leave first
    /// @param moreToCome whether it may linger for others
    CompletableFuture<Embedding> submit(RgbImage image, Urgency urgency, boolean moreToCome) {
        CompletableFuture<Embedding> future = new CompletableFuture<>();
        lock.lock();
        try {
            if (ending) {
                future.completeExceptionally(loss != null ? loss : new CancellationException("The embedder is closed"));
            } else {
                waiting(urgency).addLast(new Waiting(image, urgency, future, System.nanoTime()));
                complete = !moreToCome;
                came.signal();
            }
        } finally {
            lock.unlock();
        }
        return future;
    }

    /// Returns the number of images that wait.
    int depth() {
        lock.lock();
        try {
            return waiting();
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of images that wait or run.
    int load() {
        lock.lock();
        try {
            return waiting() + running;
        } finally {
            lock.unlock();
        }
    }

    /// Accepts no more images; those that wait are run.
    void drain() {
        end(null, false);
    }

    /// Accepts no more images; those that wait are cancelled.
    void cancel() {
        end(null, true);
    }

    /// Accepts no more images; those that wait fail.
    void fail(DeviceLostException cause) {
        end(cause, true);
    }

    private void end(@Nullable DeviceLostException cause, boolean dropping) {
        List<Waiting> dropped = new ArrayList<>();
        lock.lock();
        try {
            ending = true;
            if (loss == null) {
                loss = cause;
            }
            if (dropping) {
                queues.values().forEach(queue -> {
                    dropped.addAll(queue);
                    queue.clear();
                });
            }
            came.signalAll();
        } finally {
            lock.unlock();
        }
        Throwable failure =
                cause != null ? cause : new CancellationException("The embedder was closed before its turn");
        dropped.forEach(waiting -> waiting.future().completeExceptionally(failure));
    }

    /// Waits until the threads have ended; returns at once if called on one of them.
    void join() {
        if (threads.contains(Thread.currentThread())) {
            return;
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        List<Waiting> batch = List.of();
        try {
            for (batch = take(); !batch.isEmpty(); batch = take()) {
                giveBackPlaces(batch);
                List<Waiting> wanted = batch.stream()
                        .filter(waiting -> !waiting.future().isCancelled())
                        .toList();
                if (!wanted.isEmpty()) {
                    batches.run(wanted);
                }
                ran(batch.size());
            }
        } catch (DeviceLostException e) {
            lost(batch, e);
        } catch (Throwable e) {
            // no future may be left incomplete, whatever ends this thread
            lost(
                    batch,
                    new DeviceLostException(
                            batches.device(), "The batcher of " + batches.device() + " ended: " + e, e));
        }
    }

    private void lost(List<Waiting> batch, DeviceLostException cause) {
        onLost.accept(cause);
        batch.forEach(waiting -> waiting.future().completeExceptionally(cause));
    }

    private void giveBackPlaces(List<Waiting> batch) {
        for (Urgency urgency : Urgency.values()) {
            int images = (int) batch.stream()
                    .filter(waiting -> waiting.urgency() == urgency)
                    .count();
            places.giveBack(urgency, images);
        }
    }

    private void ran(int images) {
        lock.lock();
        try {
            running -= images;
        } finally {
            lock.unlock();
        }
    }

    /// Returns the next batch: the images that wait, the most urgent first, up to the device's limit, as soon as the
    /// limit is reached, the oldest image has lingered, or no others are to come.
    ///
    /// @return empty if there will be no more
    private List<Waiting> take() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        lock.lock();
        try {
            while (!ending && !ready()) {
                // another thread may take the images that this one waits for
                if (waiting() == 0) {
                    came.await();
                } else {
                    came.awaitNanos(lingerLeft());
                }
            }
            int most = batches.size();
            int backfill = backfill(most);
            move(waiting(Urgency.LIVE), batch, most - backfill);
            move(waiting(Urgency.BACKFILL), batch, backfill);
            running += batch.size();
            if (waiting() > 0) {
                came.signal();
            }
        } finally {
            lock.unlock();
        }
        return batch;
    }

    /// Returns how many images of the next batch are of a back-fill: what live ones leave, or what they owe.
    private int backfill(int most) {
        int left = Math.max(0, most - waiting(Urgency.LIVE).size());
        int waiting = waiting(Urgency.BACKFILL).size();
        if (left >= waiting) {
            owed = 0;
            return waiting;
        }
        owed += most;
        int backfill = Math.clamp(owed / BACKFILL_PART, left, Math.min(waiting, most));
        owed = Math.clamp(owed - backfill * BACKFILL_PART, 0, BACKFILL_PART - 1);
        return backfill;
    }

    private static void move(Deque<Waiting> queue, List<Waiting> batch, int most) {
        for (int i = 0; i < most && !queue.isEmpty(); i++) {
            batch.add(queue.removeFirst());
        }
    }

    private boolean ready() {
        int waiting = waiting();
        return waiting > 0 && (waiting >= batches.size() || complete || lingerLeft() <= 0);
    }

    private int waiting() {
        return queues.values().stream().mapToInt(Deque::size).sum();
    }

    private Deque<Waiting> waiting(Urgency urgency) {
        return Objects.requireNonNull(queues.get(urgency));
    }

    /// Returns how long the oldest image may wait for others. There must be one.
    private long lingerLeft() {
        long now = System.nanoTime();
        long longest = 0;
        for (Deque<Waiting> queue : queues.values()) {
            if (!queue.isEmpty()) {
                longest = Math.max(longest, now - queue.getFirst().submittedNanos());
            }
        }
        return lingerNanos - longest;
    }
}
