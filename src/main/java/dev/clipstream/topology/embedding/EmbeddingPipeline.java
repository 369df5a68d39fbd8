package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.FetchedMedium;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.codec.StoppedThreads;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.Timer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Fetches, decodes and embeds images outside the stream threads. All tasks of the JVM share it.
///
/// An image is fetched on a virtual thread, unless its content is inline, decoded on one of a few platform
/// threads, and added to a batch of the [ImageEmbedder]. Memory is bounded at each step: fetched images by the
/// memory limit of the [MediaFetcher] until they are decoded, inline images by the windows of the stages, decoded
/// images by the embedder's queue, for which the decode threads wait. A cancelled image is dropped at the next
/// step; its fetch is interrupted.
///
/// Owns its threads, but not the parts that it is created with. Close it after the streams that use it and before
/// the embedder.
public final class EmbeddingPipeline implements MediaPipeline, AutoCloseable {
    private final MediaFetcher fetcher;
    private final ImagePreprocessor preprocessor;
    private final ImageEmbedder embedder;
    private final Timer fetchTimer;
    private final Timer decodeTimer;
    private final Timer embedTimer;
    private final FetchPermits permits;
    private final ExecutorService fetching = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fetch-", 0).factory());
    private final ThreadPoolExecutor decoding;
    /// Images on their way to the embedder, which are worth waiting for.
    private final AtomicInteger preparing = new AtomicInteger();

    private volatile boolean closed;

    /// Starts the decode threads.
    public EmbeddingPipeline(
            MediaFetcher fetcher,
            ImagePreprocessor preprocessor,
            ImageEmbedder embedder,
            PipelineSettings settings,
            StageMetrics metrics) {
        this.fetcher = fetcher;
        this.preprocessor = preprocessor;
        this.embedder = embedder;
        this.fetchTimer = metrics.timer("fetch");
        this.decodeTimer = metrics.timer("decode");
        this.embedTimer = metrics.timer("embed");
        this.permits = new FetchPermits(settings.fetches(), settings.fetchesPerHost());
        this.decoding = new ThreadPoolExecutor(
                settings.decodeThreads(),
                settings.decodeThreads(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("decode-", 0).daemon(true).factory());
    }

    @Override
    public CompletableFuture<Outcome> submit(MediaUploaded event, Urgency urgency, Runnable onReady) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        ByteBuffer content = event.getContent();
        String uri = event.getUri();
        Preparation preparation = new Preparation(preparing, urgency);
        var _ = outcome.whenComplete((done, failure) -> preparation.end());
        try {
            if (content != null) {
                onReady.run();
                decode(bytes(content), outcome, preparation, () -> {});
            } else if (uri != null) {
                Future<?> fetch = fetching.submit(() -> fetch(uri, outcome, preparation, onReady));
                cancelWith(outcome, fetch);
            } else {
                throw new IllegalArgumentException("Expected an event with uri or content, found neither");
            }
        } catch (RejectedExecutionException e) {
            // the pipeline was closed meanwhile
            outcome.cancel(false);
        } catch (RuntimeException | Error e) {
            preparation.end();
            throw e;
        }
        return outcome;
    }

    private void fetch(String uri, CompletableFuture<Outcome> outcome, Preparation preparation, Runnable onReady) {
        FetchedMedium medium = fetched(uri, outcome);
        if (medium == null) {
            return;
        }
        try {
            onReady.run();
            decode(medium.bytes(), outcome, preparation, medium::close);
        } catch (RejectedExecutionException e) {
            medium.close();
            outcome.cancel(false);
        } catch (RuntimeException | Error e) {
            medium.close();
            outcome.completeExceptionally(e);
        }
    }

    /// Fetches the medium; completes the outcome if that fails.
    ///
    /// @return null: the outcome is complete
    private @Nullable FetchedMedium fetched(String uri, CompletableFuture<Outcome> outcome) {
        try (FetchPermits.Permit _ = permits.acquire(fetcher.origin(uri))) {
            long started = System.nanoTime();
            FetchedMedium medium = fetcher.fetch(uri);
            fetchTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            return medium;
        } catch (FetchException e) {
            outcome.complete(new Outcome.Rejected(e.reason(), String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            outcome.cancel(false);
        } catch (RuntimeException e) {
            // a defect of a source with this URI must not stop the others
            outcome.complete(new Outcome.Rejected(
                    RejectionReason.UNREACHABLE,
                    "Expected an image, found that its source failed with " + e
                            + ". Check the URI, or report a defect."));
        } catch (Error e) {
            outcome.completeExceptionally(e);
        }
        return null;
    }

    /// @param release runs when the encoded bytes are no longer needed
    private void decode(byte[] encoded, CompletableFuture<Outcome> outcome, Preparation preparation, Runnable release) {
        decoding.execute(() -> {
            try {
                if (closed) {
                    outcome.cancel(false);
                } else if (!outcome.isDone()) {
                    long started = System.nanoTime();
                    PreparedImage image;
                    try (StoppedThreads.Remedy _ =
                            StoppedThreads.takeOver(() -> decodeAgain(encoded, outcome, preparation, release))) {
                        image = preprocessor.prepare(encoded);
                    }
                    decodeTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
                    if (!outcome.isDone()) {
                        embed(image, preparation.urgency, outcome, preparation.end());
                    }
                }
            } catch (ImageException e) {
                outcome.complete(new Outcome.Rejected(e.reason(), String.valueOf(e.getMessage())));
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            } finally {
                release.run();
            }
        });
    }

    /// Decodes on another thread, since the calling one stops for good.
    private void decodeAgain(
            byte[] encoded, CompletableFuture<Outcome> outcome, Preparation preparation, Runnable release) {
        try {
            synchronized (decoding) {
                decoding.setMaximumPoolSize(decoding.getMaximumPoolSize() + 1);
                decoding.setCorePoolSize(decoding.getMaximumPoolSize());
            }
            decode(encoded, outcome, preparation, release);
        } catch (RejectedExecutionException closedMeanwhile) {
            release.run();
            outcome.cancel(false);
        }
    }

    private void embed(PreparedImage image, Urgency urgency, CompletableFuture<Outcome> outcome, boolean moreToCome) {
        long submitted = System.nanoTime();
        CompletableFuture<Embedding> embedding = embedder.submit(image.modelInput(), urgency, moreToCome);
        cancelWith(outcome, embedding);
        // runs on the batcher's thread between two batches, so it must be short
        var _ = embedding.whenComplete((vector, failure) -> {
            embedTimer.record(System.nanoTime() - submitted, TimeUnit.NANOSECONDS);
            if (failure == null) {
                outcome.complete(new Outcome.Embedded(vector, image.width(), image.height()));
            } else if (failure instanceof EmbeddingException e) {
                outcome.complete(new Outcome.Rejected(e.reason(), String.valueOf(e.getMessage())));
            } else {
                outcome.completeExceptionally(failure);
            }
        });
    }

    /// The way of one image to the embedder. Ends when the image is there, or when its outcome is complete.
    private static final class Preparation {
        private final AtomicInteger all;
        private final Urgency urgency;
        private final AtomicBoolean over = new AtomicBoolean();

        Preparation(AtomicInteger all, Urgency urgency) {
            this.all = all;
            this.urgency = urgency;
            all.incrementAndGet();
        }

        /// Ends the preparation, once. Returns whether other images are being prepared.
        boolean end() {
            return (over.compareAndSet(false, true) ? all.decrementAndGet() : all.get()) > 0;
        }
    }

    /// Cancels work when its outcome is cancelled.
    private static void cancelWith(CompletableFuture<Outcome> outcome, Future<?> work) {
        var _ = outcome.whenComplete((done, failure) -> {
            if (outcome.isCancelled()) {
                work.cancel(true);
            }
        });
    }

    private static byte[] bytes(ByteBuffer content) {
        if (content.hasArray() && content.arrayOffset() == 0 && content.remaining() == content.array().length) {
            return content.array();
        }
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /// Cancels the work in flight: interrupts fetches and cancels images that wait for a decode thread. Images in
    /// the embedder proceed there.
    @Override
    public void close() {
        closed = true;
        fetching.shutdownNow();
        decoding.shutdown();
    }
}
