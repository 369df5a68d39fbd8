package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.Occlusion;
import dev.clipstream.region.OcclusionVectors;
import dev.clipstream.topology.embedding.Outcome.Embedded.Parts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/// The images whose parts are still to be covered and embedded, and the thread that does it.
///
/// Covered images are as urgent as a back-fill, so an image that nobody has embedded yet goes before them. Live images
/// have their parts covered first, those of one urgency in the order of their arrival. The thread waits for places in
/// the devices' queue, so few covered images exist at a time. Images whose outcome is complete are left out. Safe for
/// use by many threads.
final class OcclusionQueue implements AutoCloseable {
    private static final Comparator<Waiting> ORDER =
            Comparator.comparing(Waiting::urgency).thenComparingLong(Waiting::arrival);

    private final ImageEmbedder embedder;
    private final Preprocessing model;
    private final PriorityBlockingQueue<Waiting> waiting = new PriorityBlockingQueue<>(16, ORDER);
    private final AtomicLong arrivals = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    /// An image that waits.
    ///
    /// @param parts is complete if the work has no purpose any more
    private record Waiting(PreparedImage image, Urgency urgency, long arrival, CompletableFuture<Parts> parts) {}

    /// Starts the thread.
    ///
    /// @param embedder not owned
    /// @param model    what the model requires
    OcclusionQueue(ImageEmbedder embedder, Preprocessing model) {
        this.embedder = embedder;
        this.model = model;
        this.thread = Thread.ofPlatform().name("occlusion").daemon(true).start(this::work);
    }

    /// Adds an image.
    ///
    /// @param outcome of its medium; when it is complete, the work has no purpose any more
    /// @return fails with [dev.clipstream.clip.EmbeddingException] if the model fails on a covered image, and like the
    ///     futures of [ImageEmbedder#submit(RgbImage)]
    CompletableFuture<Parts> add(PreparedImage image, Urgency urgency, CompletableFuture<Outcome> outcome) {
        CompletableFuture<Parts> parts = new CompletableFuture<>();
        waiting.add(new Waiting(image, urgency, arrivals.getAndIncrement(), parts));
        var _ = outcome.whenComplete((done, failure) -> parts.cancel(false));
        if (closed) {
            parts.cancel(false);
        }
        return parts;
    }

    private void work() {
        try {
            while (!closed) {
                cover(waiting.take());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void cover(Waiting one) {
        CompletableFuture<Parts> parts = one.parts();
        List<CompletableFuture<Embedding>> vectors = new ArrayList<>();
        var _ = parts.whenComplete((done, failure) -> cancel(vectors));
        for (int cell = 0; cell < Occlusion.CELLS; cell++) {
            if (closed || parts.isDone()) {
                parts.cancel(false);
                return;
            }
            RgbImage covered = Occlusion.input(one.image().modelInput(), cell);
            boolean moreToCome = cell + 1 < Occlusion.CELLS || !waiting.isEmpty();
            CompletableFuture<Embedding> vector = embedder.submit(covered, Urgency.BACKFILL, moreToCome);
            synchronized (vectors) {
                vectors.add(vector);
            }
        }
        var _ = CompletableFuture.allOf(vectors.toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        parts.complete(parts(one.image(), vectors));
                    } else {
                        parts.completeExceptionally(failure.getCause() == null ? failure : failure.getCause());
                    }
                });
    }

    private Parts parts(PreparedImage image, List<CompletableFuture<Embedding>> vectors) {
        return new Parts(
                OcclusionVectors.of(
                        vectors.stream().map(CompletableFuture::join).toList()),
                ModelView.of(model, image.width(), image.height()));
    }

    private static void cancel(List<CompletableFuture<Embedding>> vectors) {
        List<CompletableFuture<Embedding>> submitted;
        synchronized (vectors) {
            submitted = List.copyOf(vectors);
        }
        submitted.forEach(vector -> vector.cancel(false));
    }

    /// Ends the thread and cancels the images that wait.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        List<Waiting> dropped = new ArrayList<>();
        waiting.drainTo(dropped);
        dropped.forEach(one -> one.parts().cancel(false));
    }
}
