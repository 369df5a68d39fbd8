package dev.clipstream.topology.indexing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.lucene.LuceneIndexFactory;
import dev.clipstream.topology.TopologyFixtures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IndexingPipelineTest {
    private static final ModelIdentity OTHER_MODEL = new ModelIdentity("other-axes", "cd".repeat(32), 3);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<List<MediaWrite>> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch gate = new CountDownLatch(1);
    private final MediaIndexes indexes =
            LuceneIndexFactory.inMemory(TopologyFixtures.CLOCK).open();
    private final MediaIndex index = indexes.open(TopologyFixtures.MODEL);
    private volatile int failing;
    private volatile boolean outOfMemory;
    private volatile int attempts;
    private final IndexingPipeline pipeline = new IndexingPipeline(
            gated(),
            new IndexingPipeline.Limits(4, 0, new Backoff(Duration.ofMillis(1), Duration.ofMillis(2))),
            new IndexingMetrics(registry, TopologyFixtures.CLOCK));

    @AfterEach
    void close() {
        gate.countDown();
        pipeline.close();
        indexes.close();
    }

    @Test
    void writesSubmittedDuringABatchFormTheNextBatch() {
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
    void anUnavailableIndexIsRetriedUntilItIsAvailableAndNothingOvertakes() {
        // given
        gate.countDown();
        failing = 5;

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
        assertThat(pipeline.unavailableReason()).isEmpty();
    }

    @Test
    void theReasonOfWaitingIsReported() {
        // given
        gate.countDown();
        failing = Integer.MAX_VALUE;

        // when
        CompletableFuture<WriteOutcome> write = pipeline.submit(deletion(1));
        while (attempts < 3) {
            Thread.onSpinWait();
        }

        // then
        assertThat(write).isNotDone();
        assertThat(pipeline.unavailableReason()).contains("Redis is unavailable");

        // when
        pipeline.close();

        // then
        assertThatExceptionOfType(CancellationException.class).isThrownBy(write::join);
    }

    @Test
    void aLostIndexIsReportedAndItsWritesStayInFlight() {
        // given
        gate.countDown();
        indexes.open(OTHER_MODEL);
        indexes.switchTo(IndexName.of(OTHER_MODEL));
        indexes.drop(IndexName.of(TopologyFixtures.MODEL));

        // when
        CompletableFuture<WriteOutcome> write = pipeline.submit(deletion(1));

        // then: a write that failed would stop the topology
        assertThat(pipeline.lost().join()).isInstanceOf(IndexMissingException.class);
        assertThat(write).isNotDone();
    }

    @Test
    void anErrorFailsAllWritesAlsoThoseThatFollow() {
        // given
        outOfMemory = true;
        List<CompletableFuture<WriteOutcome>> writes = new ArrayList<>();
        for (int i = 0; i < 6; i++) { // more than a batch
            writes.add(pipeline.submit(deletion(i)));
        }

        // when
        gate.countDown();

        // then
        writes.forEach(IndexingPipelineTest::assertOutOfMemory);
        assertOutOfMemory(pipeline.submit(deletion(7)));
    }

    private static void assertOutOfMemory(CompletableFuture<WriteOutcome> write) {
        assertThat(write)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void aCancelledWriteIsNotWritten() {
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

    /// The real index behind a gate: it writes a batch that passes.
    private MediaIndex gated() {
        return (MediaIndex) Proxy.newProxyInstance(
                MediaIndex.class.getClassLoader(), new Class<?>[] {MediaIndex.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        pass((List<?>) arguments[0]);
                    }
                    try {
                        return method.invoke(index, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void pass(List<?> batch) {
        int attempt = attempts + 1;
        attempts = attempt;
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (outOfMemory) {
            throw new OutOfMemoryError("for this test");
        }
        if (attempt <= failing) {
            throw new IndexUnavailableException("Redis is unavailable", null);
        }
        batches.add(batch.stream().map(MediaWrite.class::cast).toList());
    }
}
