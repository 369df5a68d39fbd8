package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldOffsetsStageTest {
    private static final TopicPartition PARTITION = new TopicPartition("in", 0);
    private static final TaskId TASK = new TaskId(0, 0);

    private final ManualWork work = new ManualWork();
    private final HeldOffsets held = new HeldOffsets();
    private final AtomicLong nanoTime = new AtomicLong();
    private final StageProgress progress = new StageProgress(nanoTime::get);
    private final HeldMetrics metrics = new HeldMetrics(new StageMetrics(new SimpleMeterRegistry(), "test"));

    /// Kafka's mock context, which can also fail to forward.
    private static final class Context extends MockProcessorContext<String, String> {
        private int failures;

        Context() {
            super(new Properties(), TASK, new File("."));
        }

        @Override
        public <K extends String, V extends String> void forward(Record<K, V> record) {
            if (failures > 0) {
                failures--;
                throw new TimeoutException("the broker does not answer");
            }
            super.forward(record);
        }

        List<String> outcomes() {
            return forwarded().stream()
                    .<String>map(sent -> sent.record().value())
                    .toList();
        }

        long liveTimers() {
            return scheduledPunctuators().stream()
                    .filter(timer -> !timer.cancelled())
                    .count();
        }

        void tick() {
            scheduledPunctuators().stream()
                    .filter(timer -> !timer.cancelled())
                    .toList()
                    .forEach(timer -> timer.getPunctuator().punctuate(0));
        }
    }

    private final Context context = new Context();

    @Test
    void outcomesAreForwardedInTheOrderOfThePartition() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 0, 1, 2, 3);

        // when
        work.finish(2);
        work.finish(1);
        context.tick();

        // then
        assertThat(context.outcomes()).isEmpty();

        // when
        work.finish(0);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 0", "outcome 1", "outcome 2");
    }

    @Test
    void keyTimestampAndHeadersAreForwarded() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        RecordHeaders headers = new RecordHeaders();
        headers.add("trace", "abc".getBytes(StandardCharsets.UTF_8));
        context.setRecordMetadata("in", 0, 7);

        // when
        stage.process(new Record<>("key", new byte[3], 1234, headers));
        work.finish(0);
        context.tick();

        // then
        Record<? extends String, ? extends String> sent =
                context.forwarded().getFirst().record();
        assertThat(sent.key()).isEqualTo("key");
        assertThat(sent.timestamp()).isEqualTo(1234);
        assertThat(sent.headers()).isEqualTo(headers);
    }

    @Test
    void aCommitIsLoweredToTheFirstRecordInFlightAndKeepsItsMetadataAndLeaderEpoch() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 10, 12, 15);
        work.finish(0);
        context.tick();

        // when
        OffsetAndMetadata wanted = new OffsetAndMetadata(16, Optional.of(3), "partition time");
        OffsetAndMetadata other = new OffsetAndMetadata(99);
        TopicPartition elsewhere = new TopicPartition("in", 1);
        Map<TopicPartition, OffsetAndMetadata> lowered = held.lower(Map.of(PARTITION, wanted, elsewhere, other));

        // then
        assertThat(lowered)
                .isEqualTo(Map.of(
                        PARTITION, new OffsetAndMetadata(12, Optional.of(3), "partition time"), elsewhere, other));
    }

    @Test
    void aCommitIsUnchangedWhenNothingIsInFlight() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 10);
        work.finish(0);
        context.tick();

        // then
        assertThat(committable(11)).isEqualTo(11);
        assertThat(held.inFlight()).isZero();
    }

    @Test
    void aClosedTaskKeepsItsOffsetsAndCancelsItsWork() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 10, 11);
        work.finish(0);
        context.tick();

        // when
        stage.close();

        // then
        assertThat(work.future(1)).isCancelled();
        assertThat(committable(12)).isEqualTo(11);
        assertThat(held.inFlight()).isZero();
        assertThat(context.liveTimers()).isZero();
    }

    @Test
    void aRevivedTaskStartsWithNothingInFlightAndReadsItsRecordsAgain() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 10, 11);
        stage.close();

        // when
        stage.init(context);
        process(stage, 10);

        // then
        assertThat(work.begun()).isEqualTo(3);
        assertThat(committable(11)).isEqualTo(10);

        // when
        work.finish(2);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 2");
        assertThat(committable(11)).isEqualTo(11);
    }

    @Test
    void aTaskRevivedWithoutACloseCancelsItsWork() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 10);

        // when
        stage.init(context);

        // then
        assertThat(work.future(0)).isCancelled();
        assertThat(held.inFlight()).isZero();
    }

    @Test
    void aFullWindowReportsItsPartition() {
        // given
        var stage = wrapped(new StageLimits(4, 1 << 20, Duration.ofSeconds(60)));

        // when
        process(stage, 0, 1, 2);

        // then
        assertThat(held.full()).isEmpty();

        // when
        process(stage, 3);

        // then
        assertThat(held.full()).containsExactly(PARTITION);

        // when
        work.finish(0);
        context.tick();

        // then
        assertThat(held.full()).isEmpty();
    }

    @Test
    void aWindowIsFullByBytesToo() {
        // given
        var stage = wrapped(new StageLimits(1000, 10, Duration.ofSeconds(60)));

        // when
        process(stage, 0, 1, 2, 3);

        // then
        assertThat(held.full()).containsExactly(PARTITION);
    }

    @Test
    void everyWindowIsFullWhileAllTogetherExceedTheirBytes() {
        // given: a window that has room, and others that hold 100 bytes
        var stage = wrapped(new StageLimits(1000, 1 << 20, 100, Duration.ofSeconds(60)));
        process(stage, 0);
        work.finish(0);
        context.tick();
        assertThat(held.full()).isEmpty();
        CompletableFuture<Void> elsewhere = new CompletableFuture<>();

        // when
        follow(elsewhere, 100);

        // then
        assertThat(held.full()).containsExactly(PARTITION);

        // when
        elsewhere.complete(null);

        // then
        assertThat(held.full()).isEmpty();
    }

    @Test
    void theWindowOfAClosedTaskIsNotFull() {
        // given
        var stage = wrapped(new StageLimits(4, 1 << 20, Duration.ofSeconds(60)));
        process(stage, 0, 1, 2, 3);

        // when
        stage.close();

        // then
        assertThat(held.full()).isEmpty();
    }

    @Test
    void aWindowAtSeveralTimesItsLimitWaitsForItsHead() {
        // given
        var stage = wrapped(new StageLimits(4, 1 << 20, Duration.ofSeconds(60)));
        process(stage, LongStream.range(0, 15).toArray());
        assertThat(context.outcomes()).isEmpty();
        Thread.ofVirtual().start(() -> work.finish(0));

        // when
        process(stage, 15);

        // then
        assertThat(context.outcomes()).containsExactly("outcome 0");
        assertThat(held.inFlight()).isEqualTo(15);
    }

    @Test
    void aRecordThatWasNotForwardedStaysInFlightAndIsStartedOnce() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 0);
        work.finish(0);
        context.failures = 1;

        // when: Kafka Streams keeps a record whose processing timed out, and processes it again
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> process(stage, 1));
        assertThat(committable(1)).isZero();
        process(stage, 1);
        work.finish(1);
        context.tick();

        // then
        assertThat(work.begun()).isEqualTo(2);
        assertThat(context.outcomes()).containsExactly("outcome 0", "outcome 1");
    }

    @Test
    void afterAnOffsetResetLowerOffsetsAreNewRecordsAndHoldTheCommit() {
        // given: read up to 101, one in flight
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 100, 101);
        work.finish(0);
        context.tick();

        // when: the partition is read from its beginning
        process(stage, 3, 4);

        // then
        assertThat(work.begun()).isEqualTo(4);
        assertThat(committable(5)).isEqualTo(3);

        // when
        work.finish(1);
        work.finish(2);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 0", "outcome 1", "outcome 2");
        assertThat(committable(5)).isEqualTo(4);
    }

    @Test
    void aRepeatedOffsetIsANewRecord() {
        // given: read and completed
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 100);
        work.finish(0);
        context.tick();

        // when: a new leader without the record has written another one at its offset
        process(stage, 100);
        work.finish(1);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 0", "outcome 1");
    }

    @Test
    void afterAnOffsetResetAClosedTaskHoldsItsLowestOffset() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 100, 3, 4);

        // when
        stage.close();

        // then
        assertThat(committable(5)).isEqualTo(3);
    }

    @Test
    void aFailedEnvironmentStopsTheStageWithTheRecordStillHeld() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 5, 6);
        work.finish(1);
        work.fail(0, new IllegalStateException("device lost"));

        // then
        assertThatExceptionOfType(StageFailedException.class)
                .isThrownBy(context::tick)
                .withMessageContaining("in-0@5")
                .withMessageContaining("device lost");
        assertThat(context.outcomes()).isEmpty();
        assertThat(committable(7)).isEqualTo(5);
    }

    @Test
    void aRecordAloneInFlightIsStuckAfterTheTimeout() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 5);

        // when
        nanoTime.set(Duration.ofSeconds(60).toNanos());
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("stuck after 60 s");
        assertThat(work.future(0)).isDone();
    }

    @Test
    void aRecordIsStuckIfLaterOnesCompletedAndNothingCompletesAnyMore() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 5, 6, 7, 8);
        nanoTime.set(Duration.ofSeconds(30).toNanos());
        work.finish(1);
        work.finish(2);

        // when
        nanoTime.set(Duration.ofSeconds(89).toNanos());
        context.tick();

        // then
        assertThat(context.outcomes()).isEmpty();

        // when
        nanoTime.set(Duration.ofSeconds(90).toNanos());
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("stuck after 90 s", "outcome 1", "outcome 2");
    }

    @Test
    void aRecordThatWaitsForASlowDeviceIsNotStuckAtAnyAge() {
        // given: earlier records of other tasks
        var stage = wrapped(ManualWork.LIMITS);
        List<CompletableFuture<Void>> before = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            before.add(new CompletableFuture<>());
            follow(before.getLast());
        }
        process(stage, 5, 6, 7, 8);

        // when: one completes every 50 s
        for (CompletableFuture<Void> other : before) {
            nanoTime.addAndGet(Duration.ofSeconds(50).toNanos());
            other.complete(null);
            context.tick();
        }

        // then
        assertThat(context.outcomes()).isEmpty();

        // when
        work.finish(0);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 0");
    }

    @Test
    void aRecordThatManyOthersOvertakeIsStuck() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 5, 6);
        for (int i = 0; i < 8; i++) {
            nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
            context.tick();
            assertThat(context.outcomes()).isEmpty();
            endElsewhere();
        }

        // when
        context.tick();

        // then
        assertThat(context.outcomes()).first().isEqualTo("stuck after 80 s");
    }

    @Test
    void aRecordThatWaitsForItsFetchIsNotStuckHoweverManyOvertakeIt() {
        // given
        work.delayReady();
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 5, 6);

        // when: ten times the records in flight complete, over minutes
        for (int i = 0; i < 30; i++) {
            nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
            endElsewhere();
            context.tick();
        }

        // then
        assertThat(context.outcomes()).isEmpty();

        // when: its bytes are available
        work.makeReady();
        context.tick();
        assertThat(context.outcomes()).isEmpty();
        for (int i = 0; i < 8; i++) {
            nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
            endElsewhere();
        }
        context.tick();

        // then: from now on it is like any other
        assertThat(context.outcomes()).first().isEqualTo("stuck after 80 s");
    }

    @Test
    void aStageInWhichAllRecordsWaitAndNothingCompletesStopsAndRejectsNothing() {
        // given
        work.delayReady();
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 5);

        // when
        nanoTime.set(Duration.ofSeconds(119).toNanos());
        context.tick();

        // then
        assertThat(context.outcomes()).isEmpty();

        // when
        nanoTime.set(Duration.ofMinutes(2).toNanos());

        // then
        assertThatExceptionOfType(StageFailedException.class)
                .isThrownBy(context::tick)
                .withMessageContaining("within 120 s");
        assertThat(committable(6)).isEqualTo(5);
    }

    @Test
    void aStageInWhichNothingCompletesStops() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        process(stage, 5, 6);

        // when
        nanoTime.set(Duration.ofSeconds(60).toNanos());

        // then
        assertThatExceptionOfType(StageFailedException.class)
                .isThrownBy(context::tick)
                .withMessageContaining("within 60 s");
        assertThat(committable(7)).isEqualTo(5);
    }

    @Test
    void thePunctuatorExistsOnlyWhileRecordsAreInFlight() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        assertThat(context.liveTimers()).isZero();

        // when
        process(stage, 0, 1);

        // then
        assertThat(context.liveTimers()).isEqualTo(1);

        // when
        work.finish(0);
        work.finish(1);
        context.tick();

        // then
        assertThat(context.liveTimers()).isZero();

        // when
        process(stage, 2);

        // then
        assertThat(context.liveTimers()).isEqualTo(1);
    }

    @Test
    void withoutWrappedClientsTheStageWaitsForEachRecord() {
        // given
        var stage = stage(ManualWork.LIMITS);
        Thread.ofVirtual().start(() -> {
            while (work.begun() == 0) {
                Thread.onSpinWait();
            }
            work.finish(0);
        });

        // when
        process(stage, 0);

        // then
        assertThat(context.outcomes()).containsExactly("outcome 0");
        assertThat(context.liveTimers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aCommitCoversExactlyTheForwardedRecordsUnderRandomEvents(long seed) {
        // given
        Random random = new Random(seed);
        var stage = wrapped(ManualWork.LIMITS);
        List<Integer> working = new ArrayList<>();
        int position = 0;
        int committed = 0;

        for (int step = 0; step < 2_000; step++) {
            // when
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    if (held.inFlight() < 900) {
                        working.add(work.begun());
                        process(stage, position++);
                    }
                }
                case 2, 3 -> {
                    if (!working.isEmpty()) {
                        work.finish(working.remove(/* index */ random.nextInt(working.size())));
                    }
                }
                case 4 -> context.tick();
                default -> {
                    if (random.nextInt(20) == 0) {
                        // the task is lost and revived: it reads from the committed offset again
                        stage.close();
                        working.clear();
                        committed = Math.toIntExact(committable(position));
                        position = committed;
                        stage.init(context);
                    }
                }
            }

            // then: every record below the commit was forwarded once, and none beyond it
            committed = Math.toIntExact(committable(position));
            assertThat(context.forwarded().stream()
                            .map(sent -> sent.record().timestamp())
                            .toList())
                    .as("seed %s, step %s", seed, step)
                    .isEqualTo(LongStream.range(0, committed).boxed().toList());
        }
        assertThat(committed).isPositive();
    }

    private void endElsewhere() {
        CompletableFuture<Void> elsewhere = new CompletableFuture<>();
        follow(elsewhere);
        elsewhere.complete(null);
    }

    private void follow(CompletableFuture<Void> elsewhere) {
        follow(elsewhere, 0);
    }

    private void follow(CompletableFuture<Void> elsewhere, long weight) {
        progress.track(
                new AsyncWork.Pending<String>(elsewhere.thenApply(done -> () -> "done"), waited -> "stuck"), weight);
    }

    private HeldOffsetsStage<String, byte[], String> wrapped(StageLimits limits) {
        held.clientsAreWrapped();
        return stage(limits);
    }

    private HeldOffsetsStage<String, byte[], String> stage(StageLimits limits) {
        var stage = new HeldOffsetsStage<>(work, limits, metrics, progress, () -> held);
        stage.init(context);
        return stage;
    }

    private void process(HeldOffsetsStage<String, byte[], String> stage, long... offsets) {
        for (long offset : offsets) {
            context.setRecordMetadata("in", 0, offset);
            stage.process(new Record<>("key", new byte[3], offset));
        }
    }

    private long committable(long wanted) {
        OffsetAndMetadata lowered =
                held.lower(Map.of(PARTITION, new OffsetAndMetadata(wanted))).get(PARTITION);
        return Objects.requireNonNull(lowered).offset();
    }
}
