package dev.clipstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagCount;
import dev.clipstream.index.Version;
import dev.clipstream.index.WriteOutcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IndexingPipelineTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<List<MediaWrite>> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile Function<Integer, RuntimeException> failing = attempt -> null;
    private volatile int attempts;
    private final IndexingPipeline pipeline = new IndexingPipeline(
            new GatedIndex(),
            new IndexingPipeline.Limits(4, 0, Duration.ofMillis(1), Duration.ofMillis(2)),
            new IndexingMetrics(registry, TopologyFixtures.CLOCK));

    @AfterEach
    void close() {
        gate.countDown();
        pipeline.close();
    }

    @Test
    void whatComesWhileABatchIsWrittenMakesTheNextBatch() {
        // given
        CompletableFuture<WriteOutcome> first = pipeline.submit(deletion(0));
        while (attempts == 0) {
            Thread.onSpinWait();
        }
        List<CompletableFuture<WriteOutcome>> others = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            others.add(pipeline.submit(deletion(i)));
        }

        // when
        gate.countDown();

        // then
        assertThat(first.join()).isEqualTo(WriteOutcome.APPLIED);
        others.forEach(CompletableFuture::join);
        assertThat(batches).extracting(List::size).containsExactly(1, 4, 2);
        assertThat(batches.stream().flatMap(List::stream).map(MediaWrite::mediaId))
                .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
    }

    @Test
    void anIndexThatIsAwayIsTriedUntilItIsBackAndNothingOvertakes() {
        // given
        gate.countDown();
        failing = attempt -> attempt <= 5 ? new IndexUnavailableException("Redis is away", null) : null;

        // when
        CompletableFuture<WriteOutcome> first = pipeline.submit(deletion(1));
        CompletableFuture<WriteOutcome> second = pipeline.submit(deletion(2));

        // then
        assertThat(first.join()).isEqualTo(WriteOutcome.APPLIED);
        assertThat(second.join()).isEqualTo(WriteOutcome.APPLIED);
        assertThat(batches.stream().flatMap(List::stream).map(MediaWrite::mediaId))
                .containsExactly("m1", "m2");
        assertThat(registry.get("clipstream.index.failed.batches").counter().count())
                .isEqualTo(5);
        assertThat(pipeline.trouble()).isEmpty();
    }

    @Test
    void whyItWaitsIsTold() {
        // given
        gate.countDown();
        failing = attempt -> new IndexUnavailableException("Redis is away", null);

        // when
        CompletableFuture<WriteOutcome> write = pipeline.submit(deletion(1));
        while (attempts < 3) {
            Thread.onSpinWait();
        }

        // then
        assertThat(write).isNotDone();
        assertThat(pipeline.trouble()).contains("Redis is away");

        // when
        pipeline.close();

        // then
        assertThatExceptionOfType(CancellationException.class).isThrownBy(write::join);
    }

    @Test
    void anIndexThatIsGoneIsToldToWhoeverWaits() {
        // given
        gate.countDown();
        failing = attempt -> new IndexMissingException("dropped");

        // then
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(pipeline.submit(deletion(1))::join)
                .withCauseInstanceOf(IndexMissingException.class);
    }

    @Test
    void whatWasGivenUpIsNotWritten() {
        // given
        var _ = pipeline.submit(deletion(0));
        while (attempts == 0) {
            Thread.onSpinWait();
        }
        CompletableFuture<WriteOutcome> given = pipeline.submit(deletion(1));
        CompletableFuture<WriteOutcome> last = pipeline.submit(deletion(2));

        // when
        given.cancel(false);
        gate.countDown();
        last.join();

        // then
        assertThat(batches.stream().flatMap(List::stream).map(MediaWrite::mediaId))
                .containsExactly("m0", "m2");
    }

    private static MediaWrite deletion(int number) {
        return new MediaWrite.DeleteVector("m" + number, new Version("log", number, TopologyFixtures.NOW));
    }

    /// Takes a batch when the gate is open and nothing fails; is asked nothing.
    private final class GatedIndex implements MediaIndex {
        @Override
        public ModelIdentity model() {
            return TopologyFixtures.MODEL;
        }

        @Override
        public List<WriteOutcome> write(List<MediaWrite> batch) {
            int attempt = attempts + 1;
            attempts = attempt;
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            RuntimeException failure = failing.apply(attempt);
            if (failure != null) {
                throw failure;
            }
            batches.add(batch);
            return Collections.nCopies(batch.size(), WriteOutcome.APPLIED);
        }

        @Override
        public List<MediaHit> nearest(NearestQuery query) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<IndexedMedia> newest(MediaFilter filter, int offset, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<IndexedMedia> get(String mediaId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Embedding> vector(String mediaId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long count(MediaFilter filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<TagCount> tagCounts(MediaFilter filter, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public IndexDescription describe() {
            throw new UnsupportedOperationException();
        }
    }
}
