package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.CircuitListener;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.FetchedMedium;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.fetch.MemoryPart;
import dev.clipstream.fetch.Origin;
import dev.clipstream.fetch.ServerState;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.codec.StoppedThreads;
import dev.clipstream.image.preprocess.CheckedImage;
import dev.clipstream.image.preprocess.DecodeCost;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.embedding.Outcome.Embedded.Parts;
import io.micrometer.core.instrument.Timer;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Fetches, decodes and embeds images outside the stream threads. All tasks of the JVM share it.
///
/// An image is fetched on a virtual thread as soon as [FetchPermits] let it, unless its content is inline, decoded on
/// one of a few platform threads (see [DecodeQueue]), and added to a batch of the [ImageEmbedder]. Memory is bounded at
/// each step: images that wait for their fetch hold their URI and no thread, fetched images are limited by the memory
/// of the [MediaFetcher] until they are decoded, inline images by the windows of the stages, decoded images by the
/// places of the embedder. If regions are wanted, an [OcclusionQueue] has the parts of each image covered and embedded
/// after the images that wait, and the medium's outcome waits for them. A cancelled image is dropped at the next step;
/// its fetch is interrupted.
///
/// Owns its threads, but not the parts that it is created with. Close it after the streams that use it and before the
/// embedder.
public final class EmbeddingPipeline implements MediaPipeline, AutoCloseable {
    private final MediaFetcher fetcher;
    private final ImagePreprocessor preprocessor;
    private final Timer fetchTimer;
    private final Timer decodeTimer;
    private final Timer embedTimer;
    private final FetchPermits permits;
    private final ExecutorService fetching = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fetch-", 0).factory());
    private final DecodeQueue decoding;
    private final Optional<OcclusionQueue> occlusions;
    /// Images on their way to the embedder, which are worth waiting for.
    private final AtomicInteger preparing = new AtomicInteger();

    private volatile boolean closed;

    /// Creates a pipeline; the fetcher and the embedder call it from now on.
    public EmbeddingPipeline(
            MediaFetcher fetcher,
            ImagePreprocessor preprocessor,
            ImageEmbedder embedder,
            PipelineSettings settings,
            StageMetrics metrics) {
        this.fetcher = fetcher;
        this.preprocessor = preprocessor;
        this.fetchTimer = metrics.timer("fetch");
        this.decodeTimer = metrics.timer("decode");
        this.embedTimer = metrics.timer("embed");
        this.permits = new FetchPermits(settings.fetches(), settings.fetchesPerHost());
        this.decoding = new DecodeQueue(embedder, settings.decodeThreads());
        this.occlusions = settings.regions().map(model -> new OcclusionQueue(embedder, model));
        fetcher.listen(new CircuitMetrics(metrics, fetcher));
        fetcher.listen(new WaitingFetches());
    }

    /// Refuses the fetches that wait when the circuit of their server opens.
    private final class WaitingFetches implements CircuitListener {
        @Override
        public void opened(Origin origin, FetchException refusal) {
            permits.refuse(origin);
        }
    }

    @Override
    public CompletableFuture<Outcome> submit(MediaUploaded event, Urgency urgency, Progress progress) {
        ByteBuffer content = event.getContent();
        String uri = event.getUri();
        if (content == null && uri == null) {
            throw new IllegalArgumentException("Expected an event with uri or content, found neither");
        }
        Medium medium = new Medium(urgency, progress);
        if (content == null) {
            medium.request(uri);
        } else {
            byte[] bytes = bytes(content);
            progress.arrived();
            medium.onOwnThread(() -> medium.read(bytes, () -> {}));
        }
        return medium.outcome;
    }

    /// One medium on its way through the pipeline. Holds neither its event nor, before they are there, its bytes.
    private final class Medium {
        private final Urgency urgency;
        private final Progress progress;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private final AtomicBoolean prepared = new AtomicBoolean();
        private final AtomicBoolean inTurn = new AtomicBoolean();

        Medium(Urgency urgency, Progress progress) {
            this.urgency = urgency;
            this.progress = progress;
            preparing.incrementAndGet();
            var _ = outcome.whenComplete((done, failure) -> endPreparation());
        }

        /// Ends the way to the embedder, once: the image is there, or its outcome is complete. Returns whether other
        /// images are on their way.
        boolean endPreparation() {
            return (prepared.compareAndSet(false, true) ? preparing.decrementAndGet() : preparing.get()) > 0;
        }

        /// Reports, once, that the image is processed in turn with the others.
        void inTurn() {
            if (inTurn.compareAndSet(false, true)) {
                progress.inTurn();
            }
        }

        /// Requests a permit to fetch, unless the URI is refused.
        void request(String uri) {
            if (closed) {
                outcome.cancel(false);
                return;
            }
            try {
                FetchPermits.Request request =
                        permits.request(fetcher.origin(uri), urgency, permit -> fetch(uri, permit), () -> request(uri));
                var _ = outcome.whenComplete((done, failure) -> request.close());
            } catch (FetchException refused) {
                reject(refused.reason(), refused);
            } catch (RuntimeException defect) {
                rejectDefect(defect);
            }
        }

        /// Starts a virtual thread for the medium, which is interrupted when the outcome is cancelled.
        void onOwnThread(Runnable work) {
            try {
                cancelWith(outcome, fetching.submit(work));
            } catch (RejectedExecutionException closedMeanwhile) {
                outcome.cancel(false);
            }
        }

        private void fetch(String uri, FetchPermits.Request permit) {
            onOwnThread(() -> {
                FetchedMedium fetched = fetched(uri, permit);
                if (fetched != null) {
                    progress.arrived();
                    read(fetched.bytes(), fetched::close);
                }
            });
        }

        /// Fetches the medium; completes the outcome if that fails.
        ///
        /// @return null: the outcome is complete
        private @Nullable FetchedMedium fetched(String uri, FetchPermits.Request permit) {
            try (permit) {
                long started = System.nanoTime();
                FetchedMedium fetched = reported(uri, permit);
                fetchTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
                return fetched;
            } catch (FetchException e) {
                reject(e.reason(), e);
            } catch (InterruptedException e) {
                outcome.cancel(false);
            } catch (RuntimeException e) {
                rejectDefect(e);
            } catch (Error e) {
                outcome.completeExceptionally(e);
            }
            return null;
        }

        /// Fetches the medium, and reports to the permits what that says about its server.
        private FetchedMedium reported(String uri, FetchPermits.Request permit)
                throws FetchException, InterruptedException {
            try {
                FetchedMedium fetched =
                        fetcher.fetch(uri, urgency == Urgency.LIVE ? MemoryPart.WHOLE : MemoryPart.HALF);
                permit.report(ServerState.ANSWERED);
                return fetched;
            } catch (FetchException failure) {
                permit.report(failure.server());
                throw failure;
            }
        }

        /// Reads the header of the image, and has it decoded in its turn.
        ///
        /// @param release runs when the encoded bytes are no longer needed
        void read(byte[] encoded, Runnable release) {
            try {
                CheckedImage image = preprocessor.read(encoded);
                if (urgency == Urgency.LIVE && !image.cost().isCostly()) {
                    inTurn();
                }
                Decoding job = new Decoding(this, image, release);
                decoding.add(job);
                var _ = outcome.whenComplete((done, failure) -> job.withdraw());
            } catch (ImageException e) {
                release.run();
                reject(e.reason(), e);
            } catch (RuntimeException | Error e) {
                release.run();
                outcome.completeExceptionally(e);
            }
        }

        void reject(RejectionReason reason, Exception cause) {
            outcome.complete(new Outcome.Rejected(reason, String.valueOf(cause.getMessage())));
        }

        /// Rejects the medium, since a defect of a source with this URI must not stop the others.
        private void rejectDefect(RuntimeException defect) {
            outcome.complete(new Outcome.Rejected(
                    RejectionReason.UNREACHABLE,
                    "Expected an image, found that its source failed with " + defect
                            + ". Check the URI, or report a defect."));
        }
    }

    /// The decoding of one image.
    private final class Decoding implements DecodeQueue.Job {
        private final Medium medium;
        private final CheckedImage image;
        private final Runnable release;

        /// @param release runs when the encoded bytes are no longer needed
        Decoding(Medium medium, CheckedImage image, Runnable release) {
            this.medium = medium;
            this.image = image;
            this.release = release;
        }

        @Override
        public Urgency urgency() {
            return medium.urgency;
        }

        @Override
        public DecodeCost cost() {
            return image.cost();
        }

        @Override
        public void decode(ImageEmbedder.Place place) {
            CompletableFuture<Outcome> outcome = medium.outcome;
            try (place) {
                if (closed) {
                    outcome.cancel(false);
                } else if (!outcome.isDone()) {
                    medium.inTurn();
                    long started = System.nanoTime();
                    PreparedImage prepared;
                    try (StoppedThreads.Remedy _ = StoppedThreads.takeOver(() -> decoding.again(this, place))) {
                        prepared = image.prepare();
                    }
                    decodeTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
                    if (!outcome.isDone()) {
                        embed(prepared, medium, place);
                    }
                }
            } catch (ImageException e) {
                medium.reject(e.reason(), e);
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            } finally {
                release.run();
            }
        }

        @Override
        public void cancel() {
            release.run();
            medium.outcome.cancel(false);
        }

        /// Gives up the turn of an image whose outcome is complete.
        void withdraw() {
            if (decoding.remove(this)) {
                release.run();
            }
        }
    }

    private void embed(PreparedImage image, Medium medium, ImageEmbedder.Place place) {
        CompletableFuture<Outcome> outcome = medium.outcome;
        long submitted = System.nanoTime();
        CompletableFuture<Embedding> embedding = place.submit(image.modelInput(), medium.endPreparation());
        cancelWith(outcome, embedding);
        CompletableFuture<Optional<Parts>> parts = occlusions
                .map(queue -> queue.add(image, medium.urgency, outcome).handle(EmbeddingPipeline::orEmpty))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
        // runs on the batcher's thread between two batches, so it must be short
        var _ = embedding.whenComplete((vector, failure) -> {
            embedTimer.record(System.nanoTime() - submitted, TimeUnit.NANOSECONDS);
            if (failure == null) {
                embedded(image, vector, parts, outcome);
            } else if (failure instanceof EmbeddingException e) {
                outcome.complete(new Outcome.Rejected(e.reason(), String.valueOf(e.getMessage())));
            } else {
                outcome.completeExceptionally(failure);
            }
        });
    }

    private static void embedded(
            PreparedImage image,
            Embedding vector,
            CompletableFuture<Optional<Parts>> parts,
            CompletableFuture<Outcome> outcome) {
        var _ = parts.whenComplete((found, failure) -> {
            if (failure == null) {
                outcome.complete(new Outcome.Embedded(vector, image.width(), image.height(), found));
            } else {
                outcome.completeExceptionally(failure.getCause() == null ? failure : failure.getCause());
            }
        });
    }

    /// Leaves out the vectors of covered images if the model fails on one of them: the medium has a vector.
    private static Optional<Parts> orEmpty(@Nullable Parts parts, @Nullable Throwable failure) {
        if (failure == null || failure instanceof EmbeddingException) {
            return Optional.ofNullable(parts);
        }
        throw new CompletionException(failure);
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

    /// Cancels the work in flight: interrupts fetches and cancels images that wait for a fetch or a decode thread.
    /// Images in the embedder proceed there.
    @Override
    public void close() {
        closed = true;
        permits.refuseAll();
        fetching.shutdownNow();
        decoding.close();
        occlusions.ifPresent(OcclusionQueue::close);
    }
}
