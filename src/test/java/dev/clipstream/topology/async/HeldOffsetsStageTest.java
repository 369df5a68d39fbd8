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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldOffsetsStageTest {
    private static final TopicPartition PARTITION = new TopicPartition("in", 0);
    private static final TaskId TASK = new TaskId(0, 0);

    /// As Kafka Streams writes it.
    private static final String STREAMS_METADATA = new TopicPartitionMetadata(1234, new ProcessorMetadata()).encode();

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
    void outcomesOfOneKeyAreForwardedInTheirOrder() {
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
    void outcomesOfOtherKeysDoNotWait() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        processWithKeys(stage, "a", "b", "a", null, null);

        // when: all but the first
        work.finish(2);
        work.finish(4);
        work.finish(1);
        work.finish(3);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 4", "outcome 1", "outcome 3");
        assertThat(committable(5)).isZero();

        // when
        work.finish(0);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 4", "outcome 1", "outcome 3", "outcome 0", "outcome 2");
        assertThat(committable(5)).isEqualTo(5);
    }

    @Test
    void theOrderOfAKeyHoldsAcrossThePartitionsOfATask() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        context.setRecordMetadata("in", 0, 3);
        stage.process(new Record<>("a", new byte[3], 0));
        context.setRecordMetadata("other", 0, 8);
        stage.process(new Record<>("a", new byte[3], 0));

        // when
        work.finish(1);
        context.tick();

        // then
        assertThat(context.outcomes()).isEmpty();

        // when
        work.finish(0);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 0", "outcome 1");
    }

    @Test
    void keysAreComparedByTheirBytes() {
        // given
        held.clientsAreWrapped();
        List<CompletableFuture<Supplier<String>>> begun = new ArrayList<>();
        var bytesContext = new MockProcessorContext<byte[], String>(new Properties(), TASK, new File("."));
        var stage = new HeldOffsetsStage<byte[], byte[], String>(
                (record, position) -> {
                    begun.add(new CompletableFuture<>());
                    return new AsyncWork.Pending<>(begun.getLast(), waited -> "stuck");
                },
                ManualWork.LIMITS,
                metrics,
                progress,
                () -> held);
        stage.init(bytesContext);
        for (int offset = 0; offset < 2; offset++) {
            bytesContext.setRecordMetadata("in", 0, offset);
            stage.process(new Record<>("a".getBytes(StandardCharsets.UTF_8), new byte[3], 0));
        }

        // when
        begun.get(1).complete(() -> "second");
        bytesContext.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);

        // then
        assertThat(bytesContext.forwarded()).isEmpty();
    }

    @Test
    void aCommitNamesWhatIsFinishedAboveItAndATaskThatStartsSkipsIt() {
        // given
        var stage = wrapped(ManualWork.LIMITS);
        processWithKeys(stage, "a", "b", "c", "d");
        work.finish(1);
        work.finish(3);
        context.tick();

        // when
        OffsetAndMetadata committed = commit(4);

        // then
        assertThat(committed.offset()).isZero();
        assertThat(TopicPartitionMetadata.decode(committed.metadata()).partitionTime())
                .isEqualTo(1234);

        // when: another instance starts
        HeldOffsets other = new HeldOffsets();
        other.clientsAreWrapped();
        OffsetAndMetadata streams =
                other.committed(Map.of(PARTITION, committed)).get(PARTITION);
        var next = new HeldOffsetsStage<>(work, ManualWork.LIMITS, metrics, progress, () -> other);
        next.init(context);
        processWithKeys(next, "a", "b", "c", "d");

        // then
        assertThat(streams).isEqualTo(new OffsetAndMetadata(0, Optional.of(3), STREAMS_METADATA));
        assertThat(work.begun()).isEqualTo(6);
        assertThat(other.inFlight()).isEqualTo(2);

        // when
        work.finish(4);
        work.finish(5);
        context.tick();

        // then
        assertThat(context.outcomes()).containsExactly("outcome 1", "outcome 3", "outcome 4", "outcome 5");
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
        OffsetAndMetadata wanted = new OffsetAndMetadata(16, Optional.of(3), STREAMS_METADATA);
        OffsetAndMetadata other = new OffsetAndMetadata(99);
        TopicPartition elsewhere = new TopicPartition("in", 1);
        Map<TopicPartition, OffsetAndMetadata> lowered = held.commit(Map.of(PARTITION, wanted, elsewhere, other));

        // then
        assertThat(lowered)
                .isEqualTo(Map.of(
                        PARTITION, new OffsetAndMetadata(12, Optional.of(3), STREAMS_METADATA), elsewhere, other));
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
        assertThat(held.full()).containsOnlyKeys(PARTITION);

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
        assertThat(held.full()).containsOnlyKeys(PARTITION);
    }

    @Test
    void everyWindowIsFullWhileAllTogetherExceedTheirBytes() {
        // given: a window that has room, and others that hold 100 bytes
        var stage = wrapped(new StageLimits(1000, 1 << 20, 100, Duration.ofSeconds(60), Set.of()));
        process(stage, 0);
        work.finish(0);
        context.tick();
        assertThat(held.full()).isEmpty();
        CompletableFuture<Void> elsewhere = new CompletableFuture<>();

        // when
        follow(elsewhere, 100);

        // then
        assertThat(held.full()).containsOnlyKeys(PARTITION);

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
    void recordsThatWaitForTheirInputDoNotFillAWindow() {
        // given
        var stage = wrapped(new StageLimits(4, 1 << 20, Duration.ofSeconds(60)));
        work.delayReady();
        processWithKeys(stage, "a", "b", "c", "d", "e");

        // then
        assertThat(held.full()).isEmpty();

        // when: the input is there, but the turn of no record has come
        work.makeArrived();

        // then
        assertThat(held.full()).containsExactly(Map.entry(PARTITION, WaitReason.WINDOW));
    }

    @Test
    void aPartitionWaitsWhileACommitCannotNameMoreRecords() {
        // given: gaps of a compacted topic, so that each record takes two bytes
        var stage = wrapped(new StageLimits(100_000, 1 << 20, Duration.ofSeconds(60)));
        work.delayReady();
        int records = 0;
        while (held.full().isEmpty()) {
            context.setRecordMetadata("in", 0, 1_000L * records);
            stage.process(new Record<>("key " + records++, new byte[0], 0));
        }

        // then
        assertThat(held.full()).containsExactly(Map.entry(PARTITION, WaitReason.METADATA));
        assertThat(records).isBetween(900, 1000);

        // when: some were read before the pause, and every second one is finished
        for (int more = 0; more < 300; more++) {
            context.setRecordMetadata("in", 0, 1_000L * records);
            stage.process(new Record<>("key " + records++, new byte[0], 0));
        }
        for (int index = 1; index < records; index += 2) {
            work.finish(index);
        }
        context.tick();

        // then
        OffsetAndMetadata commit = commit(1_000L * records);
        assertThat(commit.offset()).isZero();
        assertThat(commit.metadata()).hasSizeLessThanOrEqualTo(CommitMetadata.MOST_CHARACTERS);
        FinishedOffsets finished = CommitMetadata.parse(commit.metadata(), 0).finished();
        assertThat(finished).isNotNull();
        assertThat(Objects.requireNonNull(finished).unfinished())
                .containsExactly(LongStream.range(0, records / 2)
                        .map(index -> 2_000 * index)
                        .toArray());
        assertThat(held.full()).isEmpty();
    }

    @Test
    void aTopicThatYieldsWaitsAtHalfOfTheMemory() {
        // given
        var stage = wrapped(new StageLimits(1000, 1 << 20, 100, Duration.ofSeconds(60), Set.of("in")));
        process(stage, 0);
        work.finish(0);
        context.tick();

        // when
        follow(new CompletableFuture<>(), 50);

        // then
        assertThat(held.full()).containsExactly(Map.entry(PARTITION, WaitReason.MEMORY));
    }

    @Test
    void aWindowAtSeveralTimesItsBytesWaits() {
        // given
        var stage = wrapped(new StageLimits(1000, 12, Duration.ofSeconds(60)));
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
    void aPartitionThatMovesAwayFromItsTaskIsDroppedAndKnownAnewWhenItReturns() {
        // given: two partitions of a task
        var stage = wrapped(ManualWork.LIMITS);
        processWithKeys(stage, "a", "b", "c");
        context.setRecordMetadata("other", 0, 8);
        stage.process(new Record<>("a", new byte[3], 0));
        work.finish(3);
        context.tick();

        // when: the first one moves
        held.keepOnly(Set.of(new TopicPartition("other", 0)));
        context.tick();

        // then
        assertThat(work.future(0)).isCancelled();
        assertThat(context.outcomes()).containsExactly("outcome 3");
        assertThat(committable(3)).isZero();

        // when: it returns after others have committed 2
        held.committed(Map.of(PARTITION, new OffsetAndMetadata(2)));
        context.setRecordMetadata("in", 0, 2);
        stage.process(new Record<>("c", new byte[3], 0));

        // then
        assertThat(committable(3)).isEqualTo(2);
        work.finish(4);
        context.tick();
        assertThat(committable(3)).isEqualTo(3);
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
    void whatCompletedBeforeARecordWasReadyDoesNotMakeItStuck() {
        // given: the others complete while it waits for its fetch
        var stage = wrapped(ManualWork.LIMITS);
        work.delayReady();
        processWithKeys(stage, "a", "b", "c");
        work.finish(1);
        context.tick();

        // when: the device hangs
        nanoTime.set(Duration.ofSeconds(30).toNanos());
        work.makeReady();
        nanoTime.set(Duration.ofSeconds(90).toNanos());

        // then
        assertThatExceptionOfType(StageFailedException.class)
                .isThrownBy(context::tick)
                .withMessageContaining("within 60 s");
        assertThat(context.outcomes()).containsExactly("outcome 1");
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
    void aRecordThatWaitsForItsFetchOrItsTurnIsNotStuckHoweverManyOvertakeIt() {
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

        // when: its bytes are available, but its turn has not come
        work.makeArrived();
        for (int i = 0; i < 30; i++) {
            nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
            endElsewhere();
            context.tick();
        }

        // then
        assertThat(context.outcomes()).isEmpty();

        // when: its turn comes
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

    /// Processes records of the offsets 0, 1, ...
    private void processWithKeys(HeldOffsetsStage<String, byte[], String> stage, @Nullable String... keys) {
        for (int offset = 0; offset < keys.length; offset++) {
            context.setRecordMetadata("in", 0, offset);
            stage.process(new Record<>(keys[offset], new byte[3], offset));
        }
    }

    private long committable(long wanted) {
        return commit(wanted).offset();
    }

    private OffsetAndMetadata commit(long wanted) {
        return Objects.requireNonNull(
                held.commit(Map.of(PARTITION, new OffsetAndMetadata(wanted, Optional.of(3), STREAMS_METADATA)))
                        .get(PARTITION));
    }
}
