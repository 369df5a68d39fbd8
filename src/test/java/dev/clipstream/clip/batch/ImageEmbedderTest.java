package dev.clipstream.clip.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.RandomClip;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.TestImages;
import dev.clipstream.clip.batch.BatchObserver.Batch;
import dev.clipstream.clip.batch.BatchObserver.Outcome;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Batching on a real session, with faults injected before it.
@Timeout(60)
class ImageEmbedderTest {
    private static final RgbImage POISON = TestImages.noise(32, 666);
    private static final BatchSettings SETTINGS = new BatchSettings(8, 2, 64);

    @TempDir
    private static Path folder;

    private static ClipModel model;

    private final ConcurrentLinkedQueue<Batch> batches = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void open() throws Exception {
        model = ModelOpening.open(RandomClip.writeTiny(folder), ModelOptions.DEFAULT.withDevices("cpu"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /// Runs before a batch reaches the real session; may throw.
    @FunctionalInterface
    interface Fault {
        void before(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException;
    }

    /// The real session with an injected fault.
    private record Faulty(String device, ImageSession real, Fault fault) implements ImageSession {
        @Override
        public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException {
            fault.before(batch);
            return real.run(batch);
        }

        @Override
        public void close() {
            // the model closes the real one
        }
    }

    /// A device that runs two batches at a time.
    private record TwoAtOnce(ImageSession real) implements ImageSession {
        @Override
        public String device() {
            return real.device();
        }

        @Override
        public int batchesAtOnce() {
            return 2;
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException {
            return real.run(batch);
        }

        @Override
        public void close() {
            // the model closes the real one
        }
    }

    private static void awaitBegun(CountDownLatch begun) {
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void picturesOfManyThreadsGetTheirOwnVectors() throws Exception {
        // given
        List<RgbImage> images = TestImages.noise(32, 1, 200);
        List<Embedding> expected = real().run(images);

        // when
        List<Embedding> embedded = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8);
                ImageEmbedder embedder = new ImageEmbedder(
                        List.of(session("a", batch -> {}), session("b", batch -> {})), SETTINGS, batches::add)) {
            List<Callable<CompletableFuture<Embedding>>> submissions = new ArrayList<>();
            for (RgbImage image : images) {
                submissions.add(() -> embedder.submit(image));
            }
            for (Future<CompletableFuture<Embedding>> future : threads.invokeAll(submissions)) {
                embedded.add(future.get().get());
            }
        }

        // then
        for (int i = 0; i < images.size(); i++) {
            assertThat(embedded.get(i).cosine(expected.get(i))).isGreaterThan(0.999999);
        }
        assertThat(batches).allMatch(batch -> batch.size() <= 8 && batch.outcome() == Outcome.EMBEDDED);
        assertThat(batches.stream().mapToInt(Batch::size).sum()).isEqualTo(200);
    }

    @Test
    void aBatchDoesNotWaitOnceNoOtherImageIsToCome() throws Exception {
        // given a batch that waits an hour for others
        try (ImageEmbedder embedder = embedder(new BatchSettings(8, 3_600_000, 64), batch -> {})) {
            // when
            List<CompletableFuture<Embedding>> futures = List.of(
                    embedder.submit(TestImages.noise(32, 1), Urgency.LIVE, true),
                    embedder.submit(TestImages.noise(32, 2), Urgency.LIVE, true),
                    embedder.submit(TestImages.noise(32, 3), Urgency.LIVE, false));

            // then
            for (CompletableFuture<Embedding> future : futures) {
                assertThat(future.get(1, TimeUnit.MINUTES)).isNotNull();
            }
        }
        assertThat(batches).extracting(Batch::size).containsExactly(3);
    }

    @Test
    void imagesThatGatherWhileTheDeviceRunsAreTheNextBatch() throws Exception {
        // given a device that is busy with one image
        Gate gate = new Gate();
        try (ImageEmbedder embedder = embedder(SETTINGS, gate::pass)) {
            CompletableFuture<Embedding> first = embedder.submit(TestImages.noise(32, 0));
            gate.awaitArrival();

            // when
            List<CompletableFuture<Embedding>> others = submit(embedder, TestImages.noise(32, 1, 11));
            gate.open();
            all(others);
            first.get();
        }

        // then
        assertThat(batches).extracting(Batch::size).containsExactly(1, 8, 3);
    }

    @Test
    void aDeviceForTwoBatchesBeginsTheSecondWhileTheFirstRuns() throws Exception {
        // given a device on which no batch ends before a second has begun
        CountDownLatch begun = new CountDownLatch(2);
        ImageSession device = new TwoAtOnce(session("cpu", batch -> {
            begun.countDown();
            awaitBegun(begun);
        }));

        // when
        List<RgbImage> images = TestImages.noise(32, 1, 20);
        List<CompletableFuture<Embedding>> futures;
        try (ImageEmbedder embedder = new ImageEmbedder(List.of(device), SETTINGS, batches::add)) {
            futures = submit(embedder, images);
            all(futures);
        }

        // then
        List<Embedding> expected = real().run(images);
        for (int i = 0; i < images.size(); i++) {
            assertThat(futures.get(i).get().cosine(expected.get(i))).isGreaterThan(0.999999);
        }
        assertThat(batches.stream().mapToInt(Batch::size).sum()).isEqualTo(20);
    }

    @Test
    void aFullBatchDoesNotLinger() throws Exception {
        // given a linger of ten minutes
        BatchSettings patient = new BatchSettings(4, 600_000, 64);

        // when
        try (ImageEmbedder embedder = embedder(patient, batch -> {})) {
            all(submit(embedder, TestImages.noise(32, 1, 4)));
        }

        // then
        assertThat(batches).extracting(Batch::size).containsExactly(4);
    }

    @Test
    void aLoneImageGoesOnceItHasLingered() throws Exception {
        // when
        try (ImageEmbedder embedder = embedder(new BatchSettings(4, 30, 64), batch -> {})) {
            embedder.submit(TestImages.noise(32, 1)).get();
        }

        // then
        assertThat(batches).singleElement().satisfies(batch -> {
            assertThat(batch.size()).isEqualTo(1);
            assertThat(batch.waitNanos()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
        });
    }

    @Test
    void aPoisonedImageFailsAloneAndItsNeighboursGetTheirVectors() throws Exception {
        // given
        List<RgbImage> images = new ArrayList<>(TestImages.noise(32, 1, 7));
        List<Embedding> expected = real().run(images);
        images.add(3, POISON);
        Gate gate = new Gate();

        // when
        List<CompletableFuture<Embedding>> futures;
        try (ImageEmbedder embedder = embedder(SETTINGS, batch -> {
            gate.pass(batch);
            if (batch.contains(POISON)) {
                throw new EmbeddingException("poison", null);
            }
        })) {
            CompletableFuture<Embedding> first = embedder.submit(TestImages.noise(32, 0));
            gate.awaitArrival();
            futures = submit(embedder, images);
            gate.open();
            first.get();
        }

        // then
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> futures.get(3).get())
                .havingCause()
                .isInstanceOfSatisfying(
                        EmbeddingException.class, e -> assertThat(e.reason()).isEqualTo(RejectionReason.MODEL_FAILED));
        futures.remove(3);
        for (int i = 0; i < futures.size(); i++) {
            assertThat(futures.get(i).get().cosine(expected.get(i))).isGreaterThan(0.999999);
        }
        assertThat(batches).extracting(Batch::size).containsExactly(1, 8, 4, 2, 2, 1, 1, 4);
    }

    @Test
    void anUncheckedFailureOfTheSessionFailsTheImage() throws Exception {
        // given
        try (ImageEmbedder embedder = embedder(SETTINGS, batch -> {
            if (batch.contains(POISON)) {
                throw new IllegalStateException("a defect");
            }
        })) {
            // when, then
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> embedder.submit(POISON).get())
                    .withCauseInstanceOf(EmbeddingException.class);
            assertThat(embedder.submit(TestImages.noise(32, 1)).get().dimension())
                    .isEqualTo(32);
        }
    }

    @Test
    void aImageOfTheWrongSizeFailsAlone() throws Exception {
        // given
        Gate gate = new Gate();
        try (ImageEmbedder embedder = embedder(SETTINGS, gate::pass)) {
            CompletableFuture<Embedding> first = embedder.submit(TestImages.noise(32, 0));
            gate.awaitArrival();

            // when
            CompletableFuture<Embedding> wrong = embedder.submit(TestImages.noise(16, 1));
            CompletableFuture<Embedding> right = embedder.submit(TestImages.noise(32, 2));
            gate.open();

            // then
            assertThat(first.get().dimension()).isEqualTo(32);
            assertThat(right.get().dimension()).isEqualTo(32);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(wrong::get)
                    .withMessageContaining("16x16");
        }
    }

    @Test
    void whenMemoryRunsOutBatchesGetSmallerAndNothingIsLost() throws Exception {
        // given a device with memory for three images
        Gate gate = new Gate();
        List<CompletableFuture<Embedding>> futures = new ArrayList<>();
        try (ImageEmbedder embedder = embedder(SETTINGS, batch -> {
            gate.pass(batch);
            if (batch.size() > 3) {
                throw new OutOfDeviceMemoryException("too many", null);
            }
        })) {
            // when
            futures.add(embedder.submit(TestImages.noise(32, 0)));
            gate.awaitArrival();
            futures.addAll(submit(embedder, TestImages.noise(32, 1, 24)));
            gate.open();
            all(futures);
        }

        // then only the first full batch is too large
        List<Batch> seen = List.copyOf(batches);
        assertThat(seen.subList(0, 4)).extracting(Batch::size).containsExactly(1, 8, 4, 2);
        assertThat(seen.subList(3, seen.size())).allMatch(batch -> batch.size() <= 2);
        assertThat(seen.stream()
                        .filter(batch -> batch.outcome() == Outcome.EMBEDDED)
                        .mapToInt(Batch::size)
                        .sum())
                .isEqualTo(25);
    }

    @Test
    void aDeviceWithoutMemoryForOneImageIsLost() {
        // given
        try (ImageEmbedder embedder = embedder(SETTINGS, batch -> {
            throw new OutOfDeviceMemoryException("none at all", null);
        })) {
            // when, then
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> embedder.submit(TestImages.noise(32, 1)).get())
                    .withCauseInstanceOf(DeviceLostException.class)
                    .withMessageContaining("Free the device");
        }
    }

    @Test
    void aLostDeviceFailsEverythingOnEveryDevice() throws Exception {
        // given one device that runs, with images waiting, and one that is lost
        Gate gate = new Gate();
        ImageSession lost = session("cuda:1", batch -> {
            throw new DeviceLostException("cuda:1", "fell off the bus", null);
        });
        try (ImageEmbedder embedder = new ImageEmbedder(
                List.of(session("cuda:0", gate::pass), lost), new BatchSettings(1, 0, 64), batches::add)) {
            CompletableFuture<Embedding> running = embedder.submit(TestImages.noise(32, 0));
            gate.awaitArrival();

            // when
            List<CompletableFuture<Embedding>> waiting = submit(embedder, TestImages.noise(32, 1, 6));

            // then
            for (CompletableFuture<Embedding> future : waiting) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(future::get)
                        .withCauseInstanceOf(DeviceLostException.class);
            }
            assertThat(embedder.submit(TestImages.noise(32, 9))).isCompletedExceptionally();
            gate.open();
            assertThat(running.get().dimension()).isEqualTo(32);
        }
    }

    @Test
    void aDeviceThatFailsOnEveryImageIsLost() {
        // given errors that name no device
        try (ImageEmbedder embedder = embedder(SETTINGS, batch -> {
            throw new EmbeddingException("unknown error", null);
        })) {
            // when
            List<CompletableFuture<Embedding>> futures = submit(embedder, TestImages.noise(32, 1, 80));

            // then
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> futures.get(79).get())
                    .withCauseInstanceOf(DeviceLostException.class);
        }
    }

    @Test
    void closingRunsWhatWaits() throws Exception {
        // given
        ImageEmbedder embedder = embedder(new BatchSettings(8, 600_000, 64), batch -> {});
        List<CompletableFuture<Embedding>> waiting = submit(embedder, TestImages.noise(32, 1, 5));

        // when
        embedder.close();

        // then
        all(waiting);
        assertThat(embedder.submit(TestImages.noise(32, 9))).isCompletedExceptionally();
    }

    @Test
    void abortingCancelsWhatWaitsAndFinishesWhatRuns() throws Exception {
        // given
        Gate gate = new Gate();
        ImageEmbedder embedder = embedder(new BatchSettings(1, 0, 64), gate::pass);
        CompletableFuture<Embedding> running = embedder.submit(TestImages.noise(32, 0));
        gate.awaitArrival();
        List<CompletableFuture<Embedding>> waiting = submit(embedder, TestImages.noise(32, 1, 5));

        // when
        Thread aborting = Thread.ofVirtual().start(embedder::abort);

        // then
        for (CompletableFuture<Embedding> future : waiting) {
            assertThatExceptionOfType(CancellationException.class).isThrownBy(future::get);
        }
        gate.open();
        aborting.join();
        assertThat(running.get().dimension()).isEqualTo(32);
    }

    @Test
    void aCallerThatSubmitsMoreThanTheQueueHoldsWaits() throws Exception {
        // given a busy device and a queue of four
        Gate gate = new Gate();
        List<CompletableFuture<Embedding>> futures = new ArrayList<>();
        try (ImageEmbedder embedder = embedder(new BatchSettings(2, 0, 4), gate::pass)) {
            futures.add(embedder.submit(TestImages.noise(32, 0)));
            gate.awaitArrival();

            // when
            Thread bringing =
                    Thread.ofVirtual().start(() -> futures.addAll(submit(embedder, TestImages.noise(32, 1, 20))));
            while (bringing.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }

            // then
            assertThat(embedder.queueDepth()).isEqualTo(4);
            gate.open();
            bringing.join();
            all(futures);
        }
        assertThat(futures).hasSize(21);
        assertThat(batches).allMatch(batch -> batch.queueDepth() <= 4);
    }

    @Test
    void liveImagesFillTheNextBatchAndBackfillTakesWhatIsLeft() throws Exception {
        // given a busy device, back-fill that waits, and live images that come later
        Gate gate = new Gate();
        List<List<RgbImage>> runs = new CopyOnWriteArrayList<>();
        List<RgbImage> backfill = TestImages.noise(32, 1, 8);
        List<RgbImage> live = TestImages.noise(32, 101, 3);
        List<CompletableFuture<Embedding>> futures = new ArrayList<>();
        try (ImageEmbedder embedder = embedder(new BatchSettings(4, 0, 16), batch -> {
            runs.add(batch);
            gate.pass(batch);
        })) {
            futures.add(embedder.submit(TestImages.noise(32, 0)));
            gate.awaitArrival();
            backfill.forEach(image -> futures.add(embedder.submit(image, Urgency.BACKFILL, true)));
            live.forEach(image -> futures.add(embedder.submit(image, Urgency.LIVE, true)));

            // when
            gate.open();
            all(futures);
        }

        // then
        assertThat(runs).hasSize(4);
        assertThat(runs.get(1)).containsExactly(live.get(0), live.get(1), live.get(2), backfill.get(0));
        assertThat(runs.get(2)).isEqualTo(backfill.subList(1, 5));
        assertThat(runs.get(3)).isEqualTo(backfill.subList(5, 8));
    }

    @Test
    void backfillKeepsAnEighthOfADeviceThatLiveImagesCouldFill() throws Exception {
        // given a busy device, and ten batches of live images
        Gate gate = new Gate();
        List<List<RgbImage>> runs = new CopyOnWriteArrayList<>();
        List<RgbImage> backfill = TestImages.noise(32, 1, 2);
        List<CompletableFuture<Embedding>> futures = new ArrayList<>();
        try (ImageEmbedder embedder = embedder(new BatchSettings(2, 0, 20), batch -> {
            runs.add(batch);
            gate.pass(batch);
        })) {
            futures.add(embedder.submit(TestImages.noise(32, 0)));
            gate.awaitArrival();
            backfill.forEach(image -> futures.add(embedder.submit(image, Urgency.BACKFILL, true)));
            TestImages.noise(32, 101, 20).forEach(image -> futures.add(embedder.submit(image, Urgency.LIVE, true)));

            // when
            gate.open();
            all(futures);
        }

        // then: one of eight images is of the back-fill
        assertThat(runs.get(4)).contains(backfill.get(0));
        assertThat(runs.get(8)).contains(backfill.get(1));
    }

    @Test
    void eachUrgencyHasItsOwnPlaces() throws Exception {
        // given a busy device
        Gate gate = new Gate();
        AtomicInteger room = new AtomicInteger();
        List<CompletableFuture<Embedding>> futures = new ArrayList<>();
        try (ImageEmbedder embedder = embedder(new BatchSettings(2, 0, 2), gate::pass)) {
            embedder.onRoom(room::incrementAndGet);
            futures.add(embedder.submit(TestImages.noise(32, 0)));
            gate.awaitArrival();

            // when all places of back-fill are reserved
            ImageEmbedder.Place first = embedder.reserve(Urgency.BACKFILL).orElseThrow();
            ImageEmbedder.Place second = embedder.reserve(Urgency.BACKFILL).orElseThrow();
            int before = room.get();

            // then
            assertThat(embedder.reserve(Urgency.BACKFILL)).isEmpty();
            try (ImageEmbedder.Place live = embedder.reserve(Urgency.LIVE).orElseThrow()) {
                futures.add(live.submit(TestImages.noise(32, 1), true));
            }

            // when one is not used, and the other is
            first.close();
            first.close();
            futures.add(second.submit(TestImages.noise(32, 2), true));

            // then
            assertThat(room).hasValue(before + 1);
            assertThat(embedder.reserve(Urgency.BACKFILL)).isPresent();
            assertThat(embedder.reserve(Urgency.BACKFILL)).isEmpty();
            assertThatThrownBy(() -> second.submit(TestImages.noise(32, 3), true))
                    .isInstanceOf(IllegalStateException.class);
            gate.open();
            all(futures);
            assertThat(room).hasValueGreaterThan(before + 1);
        }
    }

    /// Blocks the first batch until it is opened.
    private static final class Gate {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass(List<RgbImage> batch) throws EmbeddingException {
            arrived.countDown();
            try {
                opened.await();
            } catch (InterruptedException e) {
                throw new EmbeddingException("interrupted before " + batch.size(), e);
            }
        }

        void awaitArrival() throws InterruptedException {
            arrived.await();
        }

        void open() {
            opened.countDown();
        }
    }

    private static ImageSession real() {
        return model.imageSessions().getFirst();
    }

    private static ImageSession session(String device, Fault fault) {
        return new Faulty(device, real(), fault);
    }

    private ImageEmbedder embedder(BatchSettings settings, Fault fault) {
        return new ImageEmbedder(List.of(session("cpu", fault)), settings, batches::add);
    }

    private static List<CompletableFuture<Embedding>> submit(ImageEmbedder embedder, List<RgbImage> images) {
        List<CompletableFuture<Embedding>> futures = new ArrayList<>();
        for (RgbImage image : images) {
            futures.add(embedder.submit(image));
        }
        return futures;
    }

    private static void all(List<CompletableFuture<Embedding>> futures) throws Exception {
        for (CompletableFuture<Embedding> future : futures) {
            assertThat(future.get().dimension()).isEqualTo(32);
        }
    }
}
