package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.CircuitSettings;
import dev.clipstream.fetch.FetchLimits;
import dev.clipstream.fetch.Intake;
import dev.clipstream.fetch.LoopbackServer;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.fetch.MediaSource;
import dev.clipstream.fetch.http.HttpSettings;
import dev.clipstream.fetch.http.HttpSource;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.region.ModelView;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.Color;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddingPipelineTest {
    private static final Preprocessing MODEL = new Preprocessing(
            8,
            8,
            Preprocessing.Fit.CROP,
            Preprocessing.Filter.BICUBIC,
            Preprocessing.CropRounding.HALF_EVEN,
            new Preprocessing.Channels(0, 0, 0),
            new Preprocessing.Channels(1, 1, 1));
    private static final int FETCHES = 8;
    private static final int FETCHES_A_HOST = 3;
    private static final byte[] ORANGE = TestImages.jpeg(Color.ORANGE);

    private static final byte[] BLUE = TestImages.jpeg(Color.BLUE);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Shelf shelf = new Shelf("shelf");
    private final Shelf drawer = new Shelf("drawer");
    private final ImageEmbedder embedder =
            new ImageEmbedder(List.of(new MeanColour()), new BatchSettings(4, 0, 16), BatchObserver.NONE);
    private final EmbeddingPipeline pipeline = pipeline(embedder);

    @AfterEach
    void close() {
        pipeline.close();
        embedder.close();
    }

    /// A model that returns the colour in the middle. It fails on black, and white loses its device.
    private static final class MeanColour implements ImageSession {
        @Override
        public String device() {
            return "test";
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException {
            List<Embedding> embeddings = new ArrayList<>();
            for (RgbImage image : batch) {
                float[] colour = new float[3];
                int middle = 3 * (image.width() * (image.height() / 2) + image.width() / 2);
                for (int i = 0; i < 3; i++) {
                    colour[i] = Byte.toUnsignedInt(image.pixels()[middle + i]);
                }
                if (colour[0] + colour[1] + colour[2] > 750) {
                    throw new DeviceLostException("test", "blinded", null);
                }
                if (colour[0] + colour[1] + colour[2] < 10) {
                    throw new EmbeddingException("too dark", null);
                }
                embeddings.add(Embedding.normalize(colour));
            }
            return embeddings;
        }

        @Override
        public void close() {}
    }

    /// A model that runs a batch in each turn, and says of which colour its images are before it waits for the turn.
    private record InTurns(Semaphore turns, BlockingQueue<String> ran) implements ImageSession {
        @Override
        public String device() {
            return "in turns";
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) {
            List<Embedding> embeddings = new ArrayList<>();
            for (RgbImage image : batch) {
                boolean blue = Byte.toUnsignedInt(image.pixels()[0]) < Byte.toUnsignedInt(image.pixels()[2]);
                ran.add(blue ? "blue" : "orange");
                embeddings.add(Embedding.normalize(new float[] {1, 0}));
            }
            turns.acquireUninterruptibly();
            return embeddings;
        }

        @Override
        public void close() {}
    }

    /// A source of one scheme, which can delay its images.
    private static final class Shelf implements MediaSource {
        private final String scheme;
        private final Semaphore handedOut = new Semaphore(0);
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger mostWaiting = new AtomicInteger();
        private final CountDownLatch interrupted = new CountDownLatch(1);

        Shelf(String scheme) {
            this.scheme = scheme;
        }

        @Override
        public Set<String> schemes() {
            return Set.of(scheme);
        }

        @Override
        public byte[] fetch(URI uri, Intake intake) throws InterruptedException {
            if (uri.getSchemeSpecificPart().equals("defect")) {
                throw new IllegalStateException("the shelf broke");
            }
            mostWaiting.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            try {
                handedOut.acquire();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            } finally {
                waiting.decrementAndGet();
            }
            return ORANGE;
        }
    }

    private static final MediaPipeline.Progress UNWATCHED = new MediaPipeline.Progress() {};

    /// Shows which steps a medium has taken.
    private static final class Steps implements MediaPipeline.Progress {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch inTurn = new CountDownLatch(1);

        @Override
        public void arrived() {
            arrived.countDown();
        }

        @Override
        public void inTurn() {
            inTurn.countDown();
        }
    }

    @Test
    void anImageDoesNotLingerIfNoOtherIsToCome() throws Exception {
        // given a batch that waits an hour for others
        ImageEmbedder patient =
                new ImageEmbedder(List.of(new MeanColour()), new BatchSettings(4, 3_600_000, 16), BatchObserver.NONE);
        try (EmbeddingPipeline own = pipeline(patient)) {
            // when one image was rejected and the next one is alone
            Outcome rejected = own.submit(inline("no image".getBytes(StandardCharsets.UTF_8)), Urgency.LIVE, UNWATCHED)
                    .get(1, TimeUnit.MINUTES);
            Outcome embedded =
                    own.submit(inline(ORANGE), Urgency.LIVE, UNWATCHED).get(1, TimeUnit.MINUTES);

            // then
            assertThat(rejected).isInstanceOf(Outcome.Rejected.class);
            assertThat(embedded).isInstanceOf(Outcome.Embedded.class);
        } finally {
            patient.abort();
        }
    }

    @Test
    void imagesThatNeverReachTheEmbedderAreNotWaitedFor() throws Exception {
        // given a batch that waits an hour for others
        ImageEmbedder patient =
                new ImageEmbedder(List.of(new MeanColour()), new BatchSettings(4, 3_600_000, 16), BatchObserver.NONE);
        try (EmbeddingPipeline own = pipeline(patient)) {
            MediaPipeline.Progress defect = new MediaPipeline.Progress() {
                @Override
                public void inTurn() {
                    throw new IllegalStateException("not in turn");
                }
            };

            // when fetches are cancelled, most of them before they start, and callbacks fail
            for (int i = 0; i < 1_000; i++) {
                own.submit(at("shelf:" + i), Urgency.LIVE, UNWATCHED).cancel(true);
            }
            assertThat(own.submit(inline(ORANGE), Urgency.LIVE, defect)).failsWithin(Duration.ofMinutes(1));
            drawer.handedOut.release();
            assertThat(own.submit(at("drawer:one"), Urgency.LIVE, defect)).failsWithin(Duration.ofMinutes(1));

            // then
            assertThat(own.submit(inline(ORANGE), Urgency.LIVE, UNWATCHED).get(1, TimeUnit.MINUTES))
                    .isInstanceOf(Outcome.Embedded.class);
        } finally {
            patient.abort();
        }
    }

    @Test
    void anInlineImageBecomesAVectorWithItsSize() {
        // when
        Outcome outcome = submit(inline(ORANGE)).join();

        // then
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Embedded.class, embedded -> {
            assertThat(embedded.width()).isEqualTo(48);
            assertThat(embedded.height()).isEqualTo(48);
            // orange is 255, 200, 0; JPEG changes it a little
            assertThat(embedded.embedding().cosine(Embedding.normalize(new float[] {255, 200, 0})))
                    .isGreaterThan(0.999);
        });
        assertThat(registry.get("clipstream.stage")
                        .tag("stage", "decode")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("clipstream.stage")
                        .tag("stage", "embed")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void withRegionsAnImageHasTheVectorsOfItsPartsToo() {
        // when
        Outcome outcome;
        try (EmbeddingPipeline own = withRegions(embedder)) {
            outcome = own.submit(inline(ORANGE), Urgency.LIVE, UNWATCHED).join();
        }

        // then: a plain image is its own mean colour, so nothing changes
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Embedded.class, embedded -> {
            Outcome.Embedded.Parts parts = embedded.parts().orElseThrow();
            assertThat(parts.vectors().dimension()).isEqualTo(3);
            assertThat(parts.view()).isEqualTo(ModelView.WHOLE);
        });
        assertThat(submit(inline(ORANGE)).join())
                .isInstanceOfSatisfying(
                        Outcome.Embedded.class,
                        without -> assertThat(without.parts()).isEmpty());
    }

    @Test
    void anImageGoesBeforeTheCoveredCopiesOfAnother() throws Exception {
        // given: a device that runs one image in each turn, and holds the first
        InTurns device = new InTurns(new Semaphore(0), new LinkedBlockingQueue<>());
        ImageEmbedder turns = new ImageEmbedder(List.of(device), new BatchSettings(1, 0, 16), BatchObserver.NONE);
        try (EmbeddingPipeline own = withRegions(turns)) {
            CompletableFuture<Outcome> first = own.submit(inline(ORANGE), Urgency.LIVE, UNWATCHED);
            assertThat(device.ran().poll(1, TimeUnit.MINUTES)).isEqualTo("orange");

            // when: another image waits with as many copies of the first as have places
            CompletableFuture<Outcome> second = own.submit(inline(BLUE), Urgency.LIVE, UNWATCHED);
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (turns.queueDepth() < 17 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            device.turns().release(1_000);

            // then
            assertThat(device.ran().poll(1, TimeUnit.MINUTES)).isEqualTo("blue");
            assertThat(first.get(1, TimeUnit.MINUTES)).isInstanceOf(Outcome.Embedded.class);
            assertThat(second.get(1, TimeUnit.MINUTES)).isInstanceOf(Outcome.Embedded.class);
        } finally {
            device.turns().release(1_000);
            turns.abort();
        }
    }

    @Test
    void theCoveredCopiesOfACancelledImageAreNotEmbedded() throws Exception {
        // given: a device that holds the first image, and the copies that wait behind it
        InTurns device = new InTurns(new Semaphore(0), new LinkedBlockingQueue<>());
        ImageEmbedder turns = new ImageEmbedder(List.of(device), new BatchSettings(1, 0, 16), BatchObserver.NONE);
        try (EmbeddingPipeline own = withRegions(turns)) {
            CompletableFuture<Outcome> first = own.submit(inline(ORANGE), Urgency.LIVE, UNWATCHED);
            assertThat(device.ran().poll(1, TimeUnit.MINUTES)).isEqualTo("orange");

            // when
            first.cancel(true);
            CompletableFuture<Outcome> second = own.submit(inline(BLUE), Urgency.LIVE, UNWATCHED);
            device.turns().release(1_000);

            // then: at most one copy was on its way already
            assertThat(second.get(1, TimeUnit.MINUTES)).isInstanceOf(Outcome.Embedded.class);
            assertThat(device.ran()).filteredOn("orange"::equals).hasSizeLessThan(3);
        } finally {
            turns.abort();
        }
    }

    @Test
    void anImageAtAUriIsFetched() {
        // given
        shelf.handedOut.release();

        // then
        assertThat(submit(at("shelf:one")).join()).isInstanceOf(Outcome.Embedded.class);
        assertThat(registry.get("clipstream.stage")
                        .tag("stage", "fetch")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aBadImageIsRejectedAndTheOthersAreEmbedded() {
        // given
        var unknown = submit(at("gopher://example.org/cat.jpg"));
        var defect = submit(at("shelf:defect"));
        var broken = submit(inline("no image".getBytes(StandardCharsets.UTF_8)));
        var dark = submit(inline(TestImages.jpeg(Color.BLACK)));
        var good = submit(inline(ORANGE));

        // then
        assertThat(reason(unknown)).isEqualTo(RejectionReason.UNSUPPORTED_SCHEME);
        assertThat(reason(defect)).isEqualTo(RejectionReason.UNREACHABLE);
        assertThat(reason(broken)).isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
        assertThat(reason(dark)).isEqualTo(RejectionReason.MODEL_FAILED);
        assertThat(good.join()).isInstanceOf(Outcome.Embedded.class);
    }

    @Test
    void aLostDeviceFailsTheWork() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> submit(inline(TestImages.jpeg(Color.WHITE))).join())
                .withCauseInstanceOf(DeviceLostException.class);
    }

    @Test
    void fetchesAreLimited() {
        // given
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            outcomes.add(submit(at("shelf:" + i)));
        }

        // when
        shelf.handedOut.release(20);

        // then
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.join()).isInstanceOf(Outcome.Embedded.class));
        assertThat(shelf.mostWaiting.get()).isBetween(1, FETCHES_A_HOST);
    }

    @Test
    void aSlowSourceDoesNotBlockTheOthers() {
        // given: more fetches from one source than may run at once, none of which completes
        List<CompletableFuture<Outcome>> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slow.add(submit(at("shelf:" + i)));
        }
        while (shelf.waiting.get() < FETCHES_A_HOST) {
            Thread.onSpinWait();
        }
        drawer.handedOut.release();

        // when
        CompletableFuture<Outcome> quick = submit(at("drawer:one"));

        // then
        assertThat(quick.orTimeout(1, TimeUnit.MINUTES).join()).isInstanceOf(Outcome.Embedded.class);
        assertThat(slow).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void anImageArrivesOnceItsBytesAreAvailable() throws InterruptedException {
        // given
        Steps inlineSteps = new Steps();
        Steps fetchedSteps = new Steps();

        // when
        CompletableFuture<Outcome> inline = pipeline.submit(inline(ORANGE), Urgency.LIVE, inlineSteps);
        CompletableFuture<Outcome> fetched = pipeline.submit(at("shelf:one"), Urgency.LIVE, fetchedSteps);

        // then
        assertThat(inlineSteps.arrived.getCount()).isZero();
        assertThat(inlineSteps.inTurn.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(fetchedSteps.arrived.getCount()).isEqualTo(1);
        assertThat(fetchedSteps.inTurn.getCount()).isEqualTo(1);

        // when
        shelf.handedOut.release();

        // then
        assertThat(inline.join()).isInstanceOf(Outcome.Embedded.class);
        assertThat(fetched.join()).isInstanceOf(Outcome.Embedded.class);
        assertThat(fetchedSteps.arrived.getCount()).isZero();
        assertThat(fetchedSteps.inTurn.getCount()).isZero();
    }

    @Test
    void aCancelledImageIsNotFetchedAndFreesItsPermit() throws InterruptedException {
        // given
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < FETCHES_A_HOST; i++) {
            outcomes.add(submit(at("shelf:" + i)));
        }
        CompletableFuture<Outcome> behind = submit(at("shelf:behind"));
        while (shelf.waiting.get() < FETCHES_A_HOST) {
            Thread.onSpinWait();
        }

        // when
        outcomes.forEach(outcome -> outcome.cancel(true));

        // then
        assertThat(shelf.interrupted.await(1, TimeUnit.MINUTES)).isTrue();
        // one for each, since a cancelled fetch may take one before it notices
        shelf.handedOut.release(FETCHES_A_HOST + 1);
        assertThat(behind.orTimeout(1, TimeUnit.MINUTES).join()).isInstanceOf(Outcome.Embedded.class);
    }

    @Test
    void aClosedPipelineCancelsItsWorkAndAcceptsNoMore() {
        // given
        CompletableFuture<Outcome> fetching = submit(at("shelf:one"));

        // when
        pipeline.close();

        // then
        assertThat(fetching).failsWithin(Duration.ofMinutes(1));
        assertThat(submit(inline(ORANGE))).isCancelled();
        assertThat(submit(at("shelf:two"))).isCancelled();
    }

    @Test
    void aLiveImageIsInTheNextBatchHoweverManyOfABackfillWait() throws InterruptedException {
        // given: a back-fill that fills a device which runs one image at a time, and waits for it
        Semaphore turns = new Semaphore(0);
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        ImageEmbedder slow =
                new ImageEmbedder(List.of(new InTurns(turns, ran)), new BatchSettings(1, 0, 2), BatchObserver.NONE);
        try (EmbeddingPipeline own = pipeline(slow)) {
            List<CompletableFuture<Outcome>> backfill = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                backfill.add(own.submit(inline(ORANGE), Urgency.BACKFILL, UNWATCHED));
            }
            assertThat(ran.take()).isEqualTo("orange");
            while (slow.queueDepth() < 2) {
                Thread.onSpinWait();
            }

            // when
            CompletableFuture<Outcome> live = own.submit(inline(BLUE), Urgency.LIVE, UNWATCHED);
            while (slow.queueDepth() < 3) {
                Thread.onSpinWait();
            }
            turns.release(21);

            // then
            assertThat(ran.take()).isEqualTo("blue");
            assertThat(live.join()).isInstanceOf(Outcome.Embedded.class);
            assertThat(backfill)
                    .allSatisfy(outcome -> assertThat(outcome.join()).isInstanceOf(Outcome.Embedded.class));
        } finally {
            turns.release(1_000);
            slow.abort();
        }
    }

    @Test
    void anImageOfABackfillIsInTurnWhenItIsDecoded() throws InterruptedException {
        // given: a device with a place for one image, which it has
        Semaphore turns = new Semaphore(0);
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        ImageEmbedder slow =
                new ImageEmbedder(List.of(new InTurns(turns, ran)), new BatchSettings(1, 0, 1), BatchObserver.NONE);
        try (EmbeddingPipeline own = pipeline(slow)) {
            var _ = own.submit(inline(ORANGE), Urgency.BACKFILL, UNWATCHED);
            assertThat(ran.take()).isEqualTo("orange");
            var _ = own.submit(inline(ORANGE), Urgency.BACKFILL, UNWATCHED);
            while (slow.queueDepth() < 1) {
                Thread.onSpinWait();
            }

            // when
            Steps steps = new Steps();
            CompletableFuture<Outcome> last = own.submit(inline(ORANGE), Urgency.BACKFILL, steps);

            // then
            CompletableFuture<Outcome> live = own.submit(inline(BLUE), Urgency.LIVE, UNWATCHED);
            while (slow.queueDepth() < 2) {
                Thread.onSpinWait();
            }
            assertThat(steps.arrived.getCount()).isZero();
            assertThat(steps.inTurn.getCount()).isEqualTo(1);
            turns.release(4);
            assertThat(last.join()).isInstanceOf(Outcome.Embedded.class);
            assertThat(steps.inTurn.getCount()).isZero();
            assertThat(live).isCompleted();
        } finally {
            turns.release(1_000);
            slow.abort();
        }
    }

    @Test
    void aCancelledImageOfABackfillReturnsItsMemoryWithoutATurn() throws InterruptedException {
        // given: a device that has an image and a place for one more, which is taken
        Semaphore turns = new Semaphore(0);
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        ImageEmbedder slow =
                new ImageEmbedder(List.of(new InTurns(turns, ran)), new BatchSettings(1, 0, 1), BatchObserver.NONE);
        try (EmbeddingPipeline own = pipeline(slow)) {
            CompletableFuture<Outcome> first = own.submit(inline(ORANGE), Urgency.BACKFILL, UNWATCHED);
            assertThat(ran.take()).isEqualTo("orange");
            CompletableFuture<Outcome> second = own.submit(inline(ORANGE), Urgency.BACKFILL, UNWATCHED);
            while (slow.queueDepth() < 1) {
                Thread.onSpinWait();
            }
            Steps steps = new Steps();
            CompletableFuture<Outcome> last = own.submit(inline(ORANGE), Urgency.BACKFILL, steps);

            // when
            last.cancel(true);
            turns.release(2);

            // then
            assertThat(first.join()).isInstanceOf(Outcome.Embedded.class);
            assertThat(second.join()).isInstanceOf(Outcome.Embedded.class);
            assertThat(ran).hasSize(1);
            assertThat(steps.inTurn.getCount()).isEqualTo(1);
        } finally {
            turns.release(1_000);
            slow.abort();
        }
    }

    @Test
    void aServerThatNeverAnswersCostsAFewAttempts() throws Exception {
        // given
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (LoopbackServer silent = LoopbackServer.start((request, count, out) -> new CountDownLatch(1).await());
                LoopbackServer good = LoopbackServer.start(LoopbackServer.content(ORANGE));
                MediaFetcher fetcher = web(3, Duration.ofMillis(200));
                EmbeddingPipeline own = pipeline(fetcher, embedder, meters)) {
            // when: many more images than permits
            List<CompletableFuture<Outcome>> lost = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                lost.add(own.submit(at(silent.uri("/" + i)), Urgency.LIVE, UNWATCHED));
            }

            // then
            assertThat(lost)
                    .allSatisfy(outcome ->
                            assertThat(reason(outcome)).isIn(RejectionReason.TIMEOUT, RejectionReason.UNREACHABLE));
            assertThat(lost)
                    .filteredOn(outcome -> reason(outcome) == RejectionReason.UNREACHABLE)
                    .hasSizeGreaterThanOrEqualTo(90);
            assertThat(silent.connections()).isLessThanOrEqualTo(10);
            assertThat(meters.get("clipstream.circuits.open").gauge().value()).isEqualTo(1);
            assertThat(meters.get("clipstream.circuits.refused").counter().count())
                    .isGreaterThanOrEqualTo(90);

            // and another server of that host is not affected
            assertThat(own.submit(at(good.uri("/a.jpg")), Urgency.LIVE, UNWATCHED)
                            .join())
                    .isInstanceOf(Outcome.Embedded.class);
        }
    }

    @Test
    void fetchesThatWaitAreRejectedAtOnceWhenTheirServerCountsAsFailing() throws Exception {
        // given two servers of one host: one is silent, the other fails when the test wants it
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch failing = new CountDownLatch(1);
        CountDownLatch silence = new CountDownLatch(FETCHES_A_HOST - 1);
        try (LoopbackServer silent = LoopbackServer.start((request, count, out) -> {
                    silence.countDown();
                    new CountDownLatch(1).await();
                });
                LoopbackServer broken = LoopbackServer.start((request, count, out) -> {
                    asked.countDown();
                    failing.await();
                    LoopbackServer.status(503).to(request, count, out);
                });
                MediaFetcher fetcher = web(1, Duration.ofMinutes(1));
                EmbeddingPipeline own = pipeline(fetcher, embedder, new SimpleMeterRegistry())) {
            CompletableFuture<Outcome> first = own.submit(at(broken.uri("/first")), Urgency.LIVE, UNWATCHED);
            asked.await();
            // these hold the other permits of the host, and the next one
            List<CompletableFuture<Outcome>> hanging = new ArrayList<>();
            for (int i = 0; i < FETCHES_A_HOST; i++) {
                hanging.add(own.submit(at(silent.uri("/" + i)), Urgency.LIVE, UNWATCHED));
            }
            silence.await();
            List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Urgency urgency = i % 2 == 0 ? Urgency.LIVE : Urgency.BACKFILL;
                waiting.add(own.submit(at(broken.uri("/" + i)), urgency, UNWATCHED));
            }

            // when
            failing.countDown();

            // then
            assertThat(waiting)
                    .allSatisfy(outcome -> assertThat(reason(outcome)).isEqualTo(RejectionReason.UNREACHABLE));
            assertThat(reason(first)).isEqualTo(RejectionReason.SERVER_ERROR);
            assertThat(hanging).noneMatch(CompletableFuture::isDone);
            assertThat(broken.requests()).hasSize(1);
        }
    }

    @Test
    void manySilentServersDoNotDelayOneThatAnswers() throws Exception {
        // given: one server that answered, and more silent ones than permits, each on a host of its own
        List<LoopbackServer> silent = new ArrayList<>();
        try (LoopbackServer sound = LoopbackServer.start(LoopbackServer.content(ORANGE));
                MediaFetcher fetcher = web(0, Duration.ofMinutes(10));
                EmbeddingPipeline own = pipeline(fetcher, embedder, new SimpleMeterRegistry())) {
            assertThat(own.submit(at(sound.uri("/first")), Urgency.LIVE, UNWATCHED)
                            .join())
                    .isInstanceOf(Outcome.Embedded.class);
            CountDownLatch asked = new CountDownLatch(FETCHES - FETCHES / 4);
            List<CompletableFuture<Outcome>> lost = new ArrayList<>();
            for (int i = 0; i < 2 * FETCHES; i++) {
                String host = "127.0.1." + (i + 1);
                ServerSocket socket = new ServerSocket();
                try {
                    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(host), 0));
                } catch (BindException oneAddress) {
                    socket.close();
                    assumeTrue(false, host + " is not an address of this machine: " + oneAddress);
                }
                silent.add(new LoopbackServer(socket, (request, count, out) -> {
                    asked.countDown();
                    new CountDownLatch(1).await();
                }));
                String uri = "http://" + host + ":" + socket.getLocalPort() + "/";
                for (int j = 0; j < FETCHES_A_HOST; j++) {
                    lost.add(own.submit(at(uri + j), Urgency.LIVE, UNWATCHED));
                }
            }
            assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();

            // when
            List<CompletableFuture<Outcome>> found = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                found.add(own.submit(at(sound.uri("/" + i)), Urgency.LIVE, UNWATCHED));
            }

            // then
            assertThat(found)
                    .allSatisfy(outcome -> assertThat(
                                    outcome.orTimeout(1, TimeUnit.MINUTES).join())
                            .isInstanceOf(Outcome.Embedded.class));
            assertThat(lost).noneMatch(CompletableFuture::isDone);
        } finally {
            silent.forEach(LoopbackServer::close);
        }
    }

    private static MediaFetcher web(int failures, Duration readTimeout) {
        Duration minute = Duration.ofMinutes(1);
        return new MediaFetcher(
                List.of(new HttpSource(new HttpSettings(minute, readTimeout, minute, 0, List.of("127.0.0.0/8")))),
                FetchLimits.DEFAULT,
                new CircuitSettings(failures, Duration.ZERO, Duration.ofDays(1), Duration.ofDays(1)));
    }

    private CompletableFuture<Outcome> submit(MediaUploaded event) {
        return pipeline.submit(event, Urgency.LIVE, UNWATCHED);
    }

    private static RejectionReason reason(CompletableFuture<Outcome> outcome) {
        return ((Outcome.Rejected) outcome.join()).reason();
    }

    private static MediaUploaded inline(byte[] image) {
        return TopologyFixtures.upload("m").setContent(ByteBuffer.wrap(image)).build();
    }

    private EmbeddingPipeline pipeline(ImageEmbedder images) {
        return pipeline(new MediaFetcher(List.of(shelf, drawer), FetchLimits.DEFAULT), images, registry);
    }

    private static EmbeddingPipeline pipeline(MediaFetcher fetcher, ImageEmbedder images, SimpleMeterRegistry meters) {
        return pipeline(fetcher, images, meters, Optional.empty());
    }

    private EmbeddingPipeline withRegions(ImageEmbedder images) {
        MediaFetcher fetcher = new MediaFetcher(List.of(shelf, drawer), FetchLimits.DEFAULT);
        return pipeline(fetcher, images, new SimpleMeterRegistry(), Optional.of(MODEL));
    }

    private static EmbeddingPipeline pipeline(
            MediaFetcher fetcher, ImageEmbedder images, SimpleMeterRegistry meters, Optional<Preprocessing> regions) {
        return new EmbeddingPipeline(
                fetcher,
                new ImagePreprocessor(MODEL, DecodeMode.EXACT, ImageLimits.DEFAULT),
                images,
                new PipelineSettings(FETCHES, FETCHES_A_HOST, 1, regions),
                new StageMetrics(meters, EmbeddingTopology.NAME));
    }

    private static MediaUploaded at(String uri) {
        return TopologyFixtures.upload("m").setUri(uri).build();
    }
}
