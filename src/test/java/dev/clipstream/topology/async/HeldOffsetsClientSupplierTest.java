package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.topic.Refusals;
import dev.clipstream.topology.topic.TopicFacts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Kafka's mock clients behind the proxies, and a stage with records in flight.
class HeldOffsetsClientSupplierTest {
    private static final TopicPartition PARTITION = new TopicPartition("in", 0);
    private static final Map<TopicPartition, OffsetAndMetadata> WANTED = Map.of(PARTITION, new OffsetAndMetadata(20));

    private final HeldOffsets held = new HeldOffsets();
    private final HeldOffsetsClientSupplier supplier = supplier(Duration.ofSeconds(10));
    private final ManualWork work = new ManualWork();
    private final MockProcessorContext<String, String> context =
            new MockProcessorContext<>(new Properties(), new TaskId(0, 0), new File("."));
    private final List<Duration> polls = new ArrayList<>();
    private int unanswered;
    private final MockConsumer<byte[], byte[]> kafkaConsumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            polls.add(timeout);
            return super.poll(timeout);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions, Duration timeout) {
            if (unanswered-- > 0) {
                throw new TimeoutException("no answer");
            }
            return super.committed(partitions, timeout);
        }
    };
    private final MockProducer<byte[], byte[]> kafkaProducer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Consumer<byte[], byte[]> consumer = supplier.guarded(kafkaConsumer, "earliest");
    private final Producer<byte[], byte[]> producer = supplier.guarded(kafkaProducer);

    @BeforeEach
    void aConsumerWithAPartition() {
        kafkaConsumer.assign(List.of(PARTITION));
        kafkaConsumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    }

    @Test
    void aThreadThatPollsWithoutRecordsToReadTakesSteps() {
        // given
        kafkaConsumer.updateEndOffsets(Map.of(PARTITION, 0L));
        Stall stall = supplier.stall();

        for (int i = 0; i < 3; i++) {
            // when
            consumer.poll(Duration.ZERO);
            stall.passed(Duration.ofMinutes(1));

            // then
            assertThat(stall.longest()).isEmpty();
        }
    }

    @Test
    void aThreadThatDoesNotPollAgainHasStalledForTheTimeThatCounts() {
        // given
        kafkaConsumer.updateEndOffsets(Map.of(PARTITION, 0L));
        consumer.poll(Duration.ZERO);
        Stall stall = supplier.stall();
        stall.passed(Duration.ofMinutes(1));

        // when
        stall.passed(Duration.ofMinutes(2));
        stall.passed(Duration.ofMinutes(2));

        // then
        assertThat(stall.longest().orElseThrow().time()).isEqualTo(Duration.ofMinutes(4));

        // when
        consumer.commitSync(WANTED);
        stall.passed(Duration.ofMinutes(2));

        // then
        assertThat(stall.longest()).isEmpty();
    }

    @Test
    void aThreadWithRecordsInFlightHasNotStalledHoweverLongTheyTake() {
        // given: the index is away, or a fetch backs off
        inFlight(17);
        kafkaConsumer.updateEndOffsets(Map.of(PARTITION, 100L));
        Stall stall = supplier.stall();

        for (int i = 0; i < 3; i++) {
            // when
            consumer.poll(Duration.ZERO);
            stall.passed(Duration.ofHours(1));

            // then
            assertThat(stall.longest()).isEmpty();
        }
    }

    @Test
    void aThreadThatAbortsAndStartsOverTakesStepsAgainOnlyWhenItCommits() {
        // given: nothing but records in flight, as after the topic of the outputs was deleted
        kafkaConsumer.updateEndOffsets(Map.of(PARTITION, 0L));
        consumer.poll(Duration.ZERO);
        producer.initTransactions();
        Stall stall = supplier.stall();
        stall.passed(Duration.ofMinutes(1));

        for (int i = 1; i <= 3; i++) {
            // when
            producer.beginTransaction();
            producer.abortTransaction();
            consumer.poll(Duration.ZERO);
            stall.passed(Duration.ofMinutes(1));

            // then
            assertThat(stall.longest().orElseThrow().time()).isEqualTo(Duration.ofMinutes(i));
        }

        // when
        producer.beginTransaction();
        producer.commitTransaction();
        stall.passed(Duration.ofMinutes(1));

        // then
        assertThat(stall.longest()).isEmpty();

        // when
        consumer.poll(Duration.ZERO);
        stall.passed(Duration.ofMinutes(1));

        // then
        assertThat(stall.longest()).isEmpty();
    }

    @Test
    void aThreadWhoseSendsFailTakesNoSteps() {
        // given
        kafkaConsumer.updateEndOffsets(Map.of(PARTITION, 0L));
        consumer.poll(Duration.ZERO);
        Stall stall = supplier.stall();
        stall.passed(Duration.ofMinutes(1));
        MockProducer<byte[], byte[]> failing =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

        // when
        var _ = supplier.guarded(failing).send(new ProducerRecord<>("out", new byte[1]), (metadata, thrown) -> {});
        failing.errorNext(new TimeoutException("Topic out not present in metadata"));
        consumer.poll(Duration.ZERO);
        stall.passed(Duration.ofMinutes(1));

        // then
        assertThat(stall.longest()).isPresent();
    }

    @Test
    void aThreadThatStartedOverTakesStepsAgainAfterAWhile() {
        // given: as when the index is away after a rebalance
        ThreadProgress progress = new ThreadProgress();
        progress.failed(Duration.ofHours(1));
        progress.polled();
        assertThat(progress.steps()).isZero();

        // when
        progress.failed(Duration.ZERO);
        progress.polled();

        // then
        assertThat(progress.steps()).isEqualTo(1);
    }

    @Test
    void missingOffsetsWaitForALeader() {
        // given
        kafkaConsumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 3L)));
        kafkaConsumer.setOffsetsException(new TimeoutException("no leader"));

        // when
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);

        // then
        assertThat(records).isEmpty();
    }

    @Test
    void aProducerThatHangsIsNotWaitedForAndIsBrokenOff() throws Exception {
        // given
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        MockProducer<byte[], byte[]> hanging =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized void flush() {
                        hangs.countDown();
                        try {
                            ended.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    public void close(Duration timeout) {
                        ended.countDown();
                    }
                };
        HeldOffsetsClientSupplier impatient = supplier(Duration.ofMillis(1));
        impatient.guarded(kafkaConsumer, "earliest").poll(Duration.ZERO);
        Thread thread = Thread.ofPlatform().start(impatient.guarded(hanging)::flush);
        hangs.await();

        // when
        boolean drained = impatient.drain(Duration.ofHours(1));
        impatient.breakOff();

        // then
        assertThat(drained).isFalse();
        assertThat(thread.join(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void atLeastOnceCommitsOfTheConsumerAreLowered() {
        // given
        inFlight(17);

        // when
        consumer.commitSync(WANTED);
        OffsetAndMetadata first = committed();
        consumer.commitSync(WANTED, Duration.ofSeconds(1));
        OffsetAndMetadata second = committed();
        consumer.commitAsync(WANTED, null);
        OffsetAndMetadata third = committed();

        // then
        assertThat(List.of(first.offset(), second.offset(), third.offset())).containsOnly(17L);
    }

    @Test
    void exactlyOnceCommitsOfTheProducerAreLowered() {
        // given
        inFlight(17);
        producer.initTransactions();
        producer.beginTransaction();

        // when
        producer.sendOffsetsToTransaction(WANTED, kafkaConsumer.groupMetadata());
        producer.commitTransaction();

        // then
        assertThat(kafkaProducer.consumerGroupOffsetsHistory())
                .containsExactly(
                        Map.of(kafkaConsumer.groupMetadata().groupId(), Map.of(PARTITION, new OffsetAndMetadata(17))));
    }

    @Test
    void aTaskWhoseOutputsWereLostWithTheTransactionOfAnotherStartsOver() {
        // given: outputs of two partitions in a transaction
        TopicPartition other = new TopicPartition("other", 0);
        kafkaConsumer.assign(List.of(PARTITION, other));
        kafkaConsumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(7), other, new OffsetAndMetadata(7)));
        Map<TopicPartition, OffsetAndMetadata> ofOther = Map.of(other, new OffsetAndMetadata(8));
        producer.initTransactions();
        producer.beginTransaction();
        for (TopicPartition source : List.of(PARTITION, other)) {
            Refusals.ofThisThread().forward(new Position(source, 7), () -> {
                var _ = producer.send(new ProducerRecord<>("out", new byte[1]), (metadata, thrown) -> {});
            });
        }

        // when: one task starts over
        producer.abortTransaction();
        consumer.committed(Set.of(PARTITION));
        producer.beginTransaction();

        // then: the other one must, too
        producer.sendOffsetsToTransaction(WANTED, kafkaConsumer.groupMetadata());
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> producer.sendOffsetsToTransaction(ofOther, kafkaConsumer.groupMetadata()))
                .withMessageContaining("other-0");

        // when
        consumer.committed(Set.of(other));

        // then
        producer.sendOffsetsToTransaction(ofOther, kafkaConsumer.groupMetadata());
        producer.commitTransaction();
        assertThat(kafkaProducer.consumerGroupOffsetsHistory()).hasSize(1);
    }

    @Test
    void anAbortAfterACommitLosesNothingOfIt() {
        // given
        producer.initTransactions();
        producer.beginTransaction();
        Refusals.ofThisThread().forward(new Position(PARTITION, 7), () -> {
            var _ = producer.send(new ProducerRecord<>("out", new byte[1]), (metadata, thrown) -> {});
        });
        producer.sendOffsetsToTransaction(WANTED, kafkaConsumer.groupMetadata());
        producer.commitTransaction();

        // when
        producer.beginTransaction();
        producer.abortTransaction();
        producer.beginTransaction();

        // then
        producer.sendOffsetsToTransaction(WANTED, kafkaConsumer.groupMetadata());
        producer.commitTransaction();
        assertThat(kafkaProducer.consumerGroupOffsetsHistory()).hasSize(2);
    }

    @Test
    void aPollAsksForTheCommittedMetadataOfAPartitionThatNoTaskStartedWith() {
        // given: 20 is finished
        FinishedOffsets finished = new FinishedOffsets(19, 21, new long[] {19}, -1);
        kafkaConsumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(19, CommitMetadata.of("", finished))));
        recordsAt(19, 20);

        // when
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);

        // then
        assertThat(records.count()).isEqualTo(2);
        assertThat(held.of(PARTITION).isFinished(20)).isTrue();
    }

    @Test
    void recordsWhoseCommittedMetadataIsNotKnownAreReadAgain() {
        // given: the brokers do not answer once
        recordsAt(19, 20);
        unanswered = 1;

        // then
        assertThat(consumer.poll(Duration.ZERO)).isEmpty();
        assertThat(kafkaConsumer.position(PARTITION)).isEqualTo(19);

        // when
        recordsAt(19, 20);

        // then
        assertThat(consumer.poll(Duration.ZERO).count()).isEqualTo(2);
    }

    private void recordsAt(long... offsets) {
        kafkaConsumer.seek(PARTITION, offsets[0]);
        for (long offset : offsets) {
            kafkaConsumer.addRecord(new ConsumerRecord<>("in", 0, offset, new byte[1], new byte[1]));
        }
    }

    @Test
    void commitsWithoutOffsetsAreRefused() {
        // given
        inFlight(17);

        // then
        for (Runnable commit : List.<Runnable>of(
                consumer::commitSync,
                () -> consumer.commitSync(Duration.ofSeconds(1)),
                consumer::commitAsync,
                () -> consumer.commitAsync((offsets, failure) -> {}))) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(commit::run)
                    .withMessageContaining("offset map");
        }
        assertThat(kafkaConsumer.committed(Set.of(PARTITION))).doesNotContainKey(PARTITION);
    }

    @Test
    void pollIsShortOnlyWhileRecordsAreInFlight() {
        // when
        consumer.poll(Duration.ofMillis(100));
        inFlight(17);
        consumer.poll(Duration.ofMillis(100));
        consumer.poll(Duration.ZERO);
        work.finish(0);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
        consumer.poll(Duration.ofMillis(100));

        // then
        assertThat(polls)
                .containsExactly(Duration.ofMillis(100), Duration.ofMillis(2), Duration.ZERO, Duration.ofMillis(100));
    }

    @Test
    void pollIsLongerIfManyRecordsAreInFlight() {
        // given
        inFlight(1, 2, 3, 4);

        // when
        consumer.poll(Duration.ofMillis(100));
        inFlight(5);
        consumer.poll(Duration.ofMillis(100));

        // then
        assertThat(polls).containsExactly(Duration.ofMillis(2), Duration.ofMillis(10));
    }

    @Test
    void pollMarksTheClientsOfTheThreadAsWrapped() {
        assertThat(held.lowersCommits()).isFalse();
        consumer.poll(Duration.ZERO);
        assertThat(held.lowersCommits()).isTrue();
    }

    @Test
    void aPartitionIsNotReadWhileItsWindowIsFull() {
        // given
        inFlight(17, 18, 19, 20);

        // when
        consumer.poll(Duration.ZERO);

        // then
        assertThat(kafkaConsumer.paused()).containsExactly(PARTITION);

        // when
        work.finish(0);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
        consumer.poll(Duration.ZERO);

        // then
        assertThat(kafkaConsumer.paused()).isEmpty();
    }

    @Test
    void aPartitionIsReadWhenNeitherTheWindowNorKafkaStreamsPausesIt() {
        // given
        inFlight(17, 18, 19, 20);
        consumer.pause(List.of(PARTITION));
        consumer.poll(Duration.ZERO);

        // when: first the window, then Kafka Streams
        work.finish(0);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
        consumer.poll(Duration.ZERO);
        assertThat(kafkaConsumer.paused()).containsExactly(PARTITION);
        consumer.resume(List.of(PARTITION));

        // then
        assertThat(kafkaConsumer.paused()).isEmpty();
    }

    @Test
    void kafkaStreamsDoesNotResumeAPartitionWhoseWindowIsFull() {
        // given
        inFlight(17, 18, 19, 20);
        consumer.poll(Duration.ZERO);

        // when
        consumer.pause(List.of(PARTITION));
        consumer.resume(List.of(PARTITION));

        // then
        assertThat(kafkaConsumer.paused()).containsExactly(PARTITION);
    }

    @Test
    void exceptionsOfTheClientAreRethrownUnchanged() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(producer::beginTransaction)
                .withMessageContaining("initialized for transactions");
    }

    @Test
    void drainingStopsReadingAndEndsWhenNothingIsInFlight() throws InterruptedException {
        // given
        inFlight(17);
        consumer.poll(Duration.ZERO);

        // then: in flight
        assertThat(supplier.drain(Duration.ofMillis(10))).isFalse();
        consumer.poll(Duration.ZERO);
        assertThat(kafkaConsumer.paused()).containsExactly(PARTITION);
        consumer.resume(List.of(PARTITION));
        assertThat(kafkaConsumer.paused()).containsExactly(PARTITION);

        // when
        work.finish(0);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
        Thread polling = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                consumer.poll(Duration.ZERO);
            }
        });

        // then
        assertThat(supplier.drain(Duration.ofMinutes(1))).isTrue();
        polling.interrupt();
        polling.join();
    }

    @Test
    void drainingDoesNotWaitForAThreadThatEnded() throws InterruptedException {
        // given
        inFlight(17);
        consumer.poll(Duration.ZERO);

        // when
        consumer.close();

        // then
        assertThat(supplier.drain(Duration.ofMillis(10))).isTrue();
    }

    private void inFlight(long... offsets) {
        held.clientsAreWrapped();
        var stage = new HeldOffsetsStage<>(
                work,
                new StageLimits(4, 1 << 20, Duration.ofSeconds(60)),
                new HeldMetrics(new StageMetrics(new SimpleMeterRegistry(), "test")),
                new StageProgress(),
                () -> held);
        stage.init(context);
        for (long offset : offsets) {
            context.setRecordMetadata("in", 0, offset);
            stage.process(new Record<>("key", new byte[1], 0));
        }
    }

    private OffsetAndMetadata committed() {
        return Objects.requireNonNull(kafkaConsumer.committed(Set.of(PARTITION)).get(PARTITION));
    }

    private HeldOffsetsClientSupplier supplier(Duration hangs) {
        return new HeldOffsetsClientSupplier(
                Map.of(),
                TopicFacts.UNKNOWN,
                new StageMetrics(new SimpleMeterRegistry(), "test"),
                Clock.systemUTC(),
                () -> held,
                hangs);
    }
}
