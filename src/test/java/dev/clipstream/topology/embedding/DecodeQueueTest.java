package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.DecodeCost;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecodeQueueTest {
    private final ImageEmbedder embedder =
            new ImageEmbedder(List.of(new Unused()), new BatchSettings(4, 0, 4), BatchObserver.NONE);
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        embedder.abort();
    }

    /// No image of these tests reaches a device.
    private static final class Unused implements ImageSession {
        @Override
        public String device() {
            return "unused";
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) {
            throw new IllegalStateException("Expected no image, found " + batch.size());
        }

        @Override
        public void close() {}
    }

    /// An image whose decoding lasts until a latch is down.
    private final class Image implements DecodeQueue.Job {
        private final String name;
        private final Urgency urgency;
        private final DecodeCost cost;
        private final CountDownLatch decoded;
        private final CountDownLatch cancelled = new CountDownLatch(1);

        Image(String name, Urgency urgency, DecodeCost cost, CountDownLatch decoded) {
            this.name = name;
            this.urgency = urgency;
            this.cost = cost;
            this.decoded = decoded;
        }

        @Override
        public Urgency urgency() {
            return urgency;
        }

        @Override
        public DecodeCost cost() {
            return cost;
        }

        @Override
        public void decode(ImageEmbedder.Place place) {
            begun.add(name);
            try (place) {
                decoded.await();
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            }
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }
    }

    @Test
    void liveImagesGoFirstAndSmallOnesBeforeHugeOnes() throws InterruptedException {
        // given one thread, which is busy
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(0);
        try (DecodeQueue queue = new DecodeQueue(embedder, 1)) {
            queue.add(new Image("running", Urgency.BACKFILL, DecodeCost.HUGE, first));
            assertThat(begun.take()).isEqualTo("running");

            // when
            queue.add(new Image("small backfill", Urgency.BACKFILL, DecodeCost.SMALL, done));
            queue.add(new Image("huge", Urgency.LIVE, DecodeCost.HUGE, done));
            queue.add(new Image("huge 2", Urgency.LIVE, DecodeCost.HUGE, done));
            queue.add(new Image("small", Urgency.LIVE, DecodeCost.SMALL, done));
            first.countDown();

            // then
            assertThat(List.of(begun.take(), begun.take(), begun.take(), begun.take()))
                    .containsExactly("small", "huge", "huge 2", "small backfill");
        }
    }

    @Test
    void oneThreadTakesNoCostlyImages() throws InterruptedException {
        // given three huge images for two threads
        CountDownLatch done = new CountDownLatch(0);
        try (DecodeQueue queue = new DecodeQueue(embedder, 2)) {
            for (String name : List.of("huge 1", "huge 2", "huge 3")) {
                queue.add(new Image(name, Urgency.LIVE, DecodeCost.HUGE, end));
            }

            // when
            queue.add(new Image("small", Urgency.LIVE, DecodeCost.SMALL, done));
            queue.add(new Image("small backfill", Urgency.BACKFILL, DecodeCost.SMALL, done));

            // then
            assertThat(List.of(begun.take(), begun.take(), begun.take()))
                    .containsExactlyInAnyOrder("huge 1", "small", "small backfill");
            assertThat(begun).isEmpty();
            end.countDown();
            assertThat(List.of(begun.take(), begun.take())).containsExactly("huge 2", "huge 3");
        }
    }

    @Test
    void aBackfillLeavesAThreadToCostlyLiveImages() throws InterruptedException {
        // given: three threads, of which one takes no costly images
        try (DecodeQueue queue = new DecodeQueue(embedder, 3)) {
            CountDownLatch first = new CountDownLatch(1);
            queue.add(new Image("backfill 1", Urgency.BACKFILL, DecodeCost.HUGE, first));
            queue.add(new Image("backfill 2", Urgency.BACKFILL, DecodeCost.HUGE, end));

            // when
            queue.add(new Image("live", Urgency.LIVE, DecodeCost.HUGE, end));

            // then
            assertThat(List.of(begun.take(), begun.take())).containsExactlyInAnyOrder("backfill 1", "live");
            assertThat(begun).isEmpty();
            first.countDown();
            assertThat(begun.take()).isEqualTo("backfill 2");
        }
    }

    @Test
    void anImageIsDecodedOnceADeviceHasAPlaceForIt() throws InterruptedException {
        // given: all places of back-fill are reserved
        List<ImageEmbedder.Place> reserved = List.of(
                embedder.reserve(Urgency.BACKFILL).orElseThrow(),
                embedder.reserve(Urgency.BACKFILL).orElseThrow(),
                embedder.reserve(Urgency.BACKFILL).orElseThrow(),
                embedder.reserve(Urgency.BACKFILL).orElseThrow());
        CountDownLatch done = new CountDownLatch(0);
        try (DecodeQueue queue = new DecodeQueue(embedder, 1)) {
            // when
            queue.add(new Image("backfill", Urgency.BACKFILL, DecodeCost.SMALL, done));
            queue.add(new Image("live", Urgency.LIVE, DecodeCost.SMALL, done));

            // then
            assertThat(begun.take()).isEqualTo("live");
            assertThat(begun).isEmpty();
            reserved.getFirst().close();
            assertThat(begun.take()).isEqualTo("backfill");
        }
    }

    @Test
    void imagesThatWaitAreCancelledWhenTheQueueIsClosed() throws InterruptedException {
        // given
        DecodeQueue queue = new DecodeQueue(embedder, 1);
        queue.add(new Image("running", Urgency.LIVE, DecodeCost.SMALL, end));
        assertThat(begun.take()).isEqualTo("running");
        Image waiting = new Image("waiting", Urgency.LIVE, DecodeCost.SMALL, end);
        Image withdrawn = new Image("withdrawn", Urgency.LIVE, DecodeCost.SMALL, end);
        queue.add(waiting);
        queue.add(withdrawn);

        // when
        assertThat(queue.remove(withdrawn)).isTrue();
        queue.close();
        Image late = new Image("late", Urgency.LIVE, DecodeCost.SMALL, end);
        queue.add(late);

        // then
        waiting.cancelled.await();
        late.cancelled.await();
        assertThat(withdrawn.cancelled.getCount()).isEqualTo(1);
        assertThat(queue.remove(waiting)).isFalse();
        end.countDown();
        assertThat(begun).isEmpty();
    }
}
