package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatchUpIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] RECORD = {1};

    private static EmbeddedBroker broker;
    private static Admin admin;
    private static int tests;

    private String topic;
    private CatchUp catchUp;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        topic = "topic-" + tests++;
        admin.createTopics(Set.of(new NewTopic(topic, 2, (short) 1))).all().get();
        KafkaProperties kafka =
                new KafkaProperties(Settings.of(Map.of("clipstream.bootstrap-servers", broker.bootstrapServers())));
        catchUp = new CatchUp(kafka, TopologyName.INDEXING, "-" + topic, List.of(topic));
    }

    @AfterEach
    void stop() {
        catchUp.close();
    }

    /// Writes a record in a transaction, and waits until readers see the end of the transaction: brokers write its
    /// marker after the producer's call has returned.
    private void send(int partition, boolean committed) throws Exception {
        long offset;
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", topic + partition),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            offset = producer.send(new ProducerRecord<>(topic, partition, "key", RECORD))
                    .get()
                    .offset();
            if (committed) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
        TopicPartition written = new TopicPartition(topic, partition);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long end;
        do {
            assertThat(System.nanoTime()).isLessThan(deadline);
            end = admin.listOffsets(
                            Map.of(written, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .partitionResult(written)
                    .get()
                    .offset();
        } while (end < offset + 2);
    }

    private void commit(int partition, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(
                        "clipstream-indexing-" + topic,
                        Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    @Test
    void topicsWithoutRecordsAreReachedAtOnce() throws Exception {
        assertThat(catchUp.isReached()).isTrue();
    }

    @Test
    void recordsOfTheFirstCallMustBeProcessedAndLaterOnesNeedNot() throws Exception {
        // given
        send(0, true);
        send(1, true);
        assertThat(catchUp.isReached()).isFalse();

        // when
        send(0, true);
        commit(0, 2); // the record and the marker of its transaction
        assertThat(catchUp.isReached()).isFalse();
        commit(1, 2);

        // then
        assertThat(catchUp.isReached()).isTrue();
    }

    @Test
    void aPartitionWithoutCommittedRecordsIsReached() throws Exception {
        // given: an aborted transaction, which no group ever commits
        send(0, false);
        send(1, true);
        assertThat(catchUp.isReached()).isFalse();

        // when
        commit(1, 2);

        // then
        await();
    }

    @Test
    void aPartitionWithACommittedRecordIsNotReachedWithoutProgress() throws Exception {
        send(0, true);
        for (int i = 0; i < 20; i++) {
            assertThat(catchUp.isReached()).isFalse();
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    @Test
    void deletedRecordsNeedNotBeProcessed() throws Exception {
        // given
        send(0, true);
        assertThat(catchUp.isReached()).isFalse();

        // when
        admin.deleteTopics(Set.of(topic)).all().get();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean made = false;
        while (!made && System.nanoTime() < deadline) {
            made = admin.createTopics(Set.of(new NewTopic(topic, 2, (short) 1)))
                    .all()
                    .toCompletionStage()
                    .handle((done, failure) -> failure == null)
                    .toCompletableFuture()
                    .get();
        }

        // then
        await();
    }

    private void await() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean reached = catchUp.isReached();
        while (!reached && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200);
            reached = catchUp.isReached();
        }
        assertThat(reached).isTrue();
    }
}
