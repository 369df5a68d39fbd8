package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.FetchedMedium;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.Timer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Fetches, decodes and embeds: the work outside the stream, shared by all tasks of the JVM.
///
/// A picture is fetched on a virtual thread (inline content needs none), decoded on one of a few platform threads,
/// and joins a batch of the [ImageEmbedder]. Memory is bounded by what waits at each step: fetched pictures by the
/// memory of the [MediaFetcher] until they are decoded, inline ones by the windows of the stages, decoded ones by the
/// embedder's queue, for which the decode threads wait. A picture that is given up is dropped at the next step, and
/// its fetch interrupted.
///
/// Owns its threads, not what it was made of: close it before the embedder, and after the streams that use it.
public final class EmbeddingPipeline implements MediaPipeline, AutoCloseable {
    private final MediaFetcher fetcher;
    private final ImagePreprocessor preprocessor;
    private final ImageEmbedder embedder;
    private final Timer fetchTimer;
    private final Timer decodeTimer;
    private final Timer embedTimer;
    private final FetchTurns turns;
    private final ExecutorService fetching = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fetch-", 0).factory());
    private final ExecutorService decoding;
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
        this.turns = new FetchTurns(settings.fetches(), settings.fetchesPerHost());
        this.decoding = Executors.newFixedThreadPool(
                settings.decodeThreads(),
                Thread.ofPlatform().name("decode-", 0).daemon(true).factory());
    }

    @Override
    public CompletableFuture<Outcome> submit(MediaUploaded event, Runnable atHand) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        ByteBuffer content = event.getContent();
        String uri = event.getUri();
        try {
            if (content != null) {
                atHand.run();
                decode(bytes(content), outcome, () -> {});
            } else if (uri != null) {
                Future<?> fetch = fetching.submit(() -> fetch(uri, outcome, atHand));
                whenGivenUp(outcome, fetch);
            } else {
                throw new IllegalArgumentException("An event with uri or content was expected, found neither");
            }
        } catch (RejectedExecutionException e) {
            // closed meanwhile
            outcome.cancel(false);
        }
        return outcome;
    }

    private void fetch(String uri, CompletableFuture<Outcome> outcome, Runnable atHand) {
        FetchedMedium medium = fetched(uri, outcome);
        if (medium == null) {
            return;
        }
        atHand.run();
        try {
            decode(medium.bytes(), outcome, medium::close);
        } catch (RejectedExecutionException e) {
            medium.close();
            outcome.cancel(false);
        }
    }

    /// @return null: the outcome tells why not
    private @Nullable FetchedMedium fetched(String uri, CompletableFuture<Outcome> outcome) {
        try (FetchTurns.Turn _ = turns.take(fetcher.origin(uri))) {
            long started = System.nanoTime();
            FetchedMedium medium = fetcher.fetch(uri);
            fetchTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            return medium;
        } catch (FetchException e) {
            outcome.complete(new Outcome.Rejected(e.reason(), String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            outcome.cancel(false);
        } catch (RuntimeException e) {
            // a defect of a source on this URI; it must not stop the others
            outcome.complete(new Outcome.Rejected(
                    RejectionReason.UNREACHABLE, "A picture was expected, found that its source failed with " + e));
        } catch (Error e) {
            outcome.completeExceptionally(e);
        }
        return null;
    }

    /// @param afterwards runs when the encoded bytes are needed no more
    private void decode(byte[] encoded, CompletableFuture<Outcome> outcome, Runnable afterwards) {
        decoding.execute(() -> {
            try {
                if (closed) {
                    outcome.cancel(false);
                } else if (!outcome.isDone()) {
                    long started = System.nanoTime();
                    PreparedImage picture = preprocessor.prepare(encoded);
                    decodeTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
                    if (!outcome.isDone()) {
                        embed(picture, outcome);
                    }
                }
            } catch (ImageException e) {
                outcome.complete(new Outcome.Rejected(e.reason(), String.valueOf(e.getMessage())));
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            } finally {
                afterwards.run();
            }
        });
    }

    private void embed(PreparedImage picture, CompletableFuture<Outcome> outcome) {
        long submitted = System.nanoTime();
        CompletableFuture<Embedding> embedding = embedder.submit(picture.modelInput());
        whenGivenUp(outcome, embedding);
        // on the batcher's thread, between two batches: be short
        var _ = embedding.whenComplete((vector, failure) -> {
            embedTimer.record(System.nanoTime() - submitted, TimeUnit.NANOSECONDS);
            if (failure == null) {
                outcome.complete(new Outcome.Embedded(vector, picture.width(), picture.height()));
            } else if (failure instanceof EmbeddingException e) {
                outcome.complete(new Outcome.Rejected(e.reason(), String.valueOf(e.getMessage())));
            } else {
                outcome.completeExceptionally(failure);
            }
        });
    }

    private static void whenGivenUp(CompletableFuture<Outcome> outcome, Future<?> work) {
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

    /// Gives up what is in flight: fetches are interrupted, what waits for a decoder is cancelled, what the
    /// embedder has goes on there.
    @Override
    public void close() {
        closed = true;
        fetching.shutdownNow();
        decoding.shutdown();
    }
}
