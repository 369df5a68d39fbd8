package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.embedding.EmbeddingApp.Clients;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Inputs whose offsets have gaps, or change while no instance runs. In each test an instance is killed when its
/// commits name finished offsets, and another one continues.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GapsIT {
    private static final int PARTITIONS = 2;
    private static final int EVENTS = 200;

    @TempDir
    private static Path folder;

    private EmbeddedBroker broker;
    private SlowServer server;

    @BeforeAll
    void startBroker() {
        broker = TestBroker.at(folder.resolve("broker"));
    }

    @AfterAll
    void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startServer() throws IOException {
        server = new SlowServer();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void abortedTransactionsLeaveGapsThatNobodyNotices() throws Exception {
        // given
        Topics topics = TestBroker.topics(broker, "aborted", PARTITIONS, Map.of());
        try (Uploads uploads = Uploads.inTransactions(broker.bootstrapServers(), topics.uploaded(), server, 1);
                Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed")) {
            runUntilKilled("aborted", uploads, outcomes);

            // when
            uploads.send(EVENTS);
            runToTheEnd("aborted", outcomes);

            // then
            Verdict verdict = outcomes.of(uploads.all());
            assertThat(verdict).isEqualTo(Verdict.faultless(verdict.overtaken()));
        }
    }

    @Test
    void whatCompactionLeavesIsProcessedOnce() throws Exception {
        // given: the first instance finished events that compaction removes before the second one starts
        Topics topics = TestBroker.topics(
                broker,
                "compacted",
                PARTITIONS,
                Map.of("cleanup.policy", "compact", "segment.ms", "100", "min.cleanable.dirty.ratio", "0.001"));
        try (Uploads uploads = Uploads.to(broker.bootstrapServers(), List.of(topics.uploaded()), server, 1);
                Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed")) {
            Map<TopicPartition, Long> committed = runUntilKilled("compacted", uploads, outcomes);
            List<Upload> finished = above(committed, outcomes.done(uploads.all()));
            while (offsets(topics.uploaded()).containsAll(positions(finished))) {
                uploads.send(20);
            }

            // when
            int before = outcomes.size();
            runToTheEnd("compacted", outcomes);

            // then
            Verdict verdict = outcomes.of(uploads.all());
            assertThat(verdict.missing())
                    .extracting(Upload::position)
                    .doesNotContainAnyElementsOf(offsets(topics.uploaded()));
            assertThat(outcomes.size()).isGreaterThan(before);
            assertThat(verdict.repeated()).isEmpty();
            assertThat(verdict.strange()).isEmpty();
            assertThat(verdict.reordered()).isEmpty();
        }
    }

    @Test
    void eventsDeletedBeforeTheyWereReadAreTheOnlyOnesMissing() throws Exception {
        // given: the oldest offset of each partition is then above the committed one, among the finished ones
        Topics topics = TestBroker.topics(broker, "deleted", PARTITIONS, Map.of());
        try (Uploads uploads = Uploads.to(broker.bootstrapServers(), List.of(topics.uploaded()), server, 1);
                Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed")) {
            Map<TopicPartition, Long> committed = runUntilKilled("deleted", uploads, outcomes);
            Map<TopicPartition, Long> oldest = new HashMap<>();
            for (TopicPartition partition : committed.keySet()) {
                List<Upload> finished = finished(partition, committed, uploads, outcomes);
                oldest.put(
                        partition, finished.get(finished.size() / 2).position().offset());
            }
            deleteBefore(oldest);

            // when
            uploads.send(EVENTS);
            runToTheEnd("deleted", outcomes);

            // then
            Verdict verdict = outcomes.of(uploads.all());
            assertThat(verdict.missing())
                    .isNotEmpty()
                    .allSatisfy(upload -> assertThat(upload.position().offset())
                            .isLessThan(oldest.get(upload.position().partition())));
            assertThat(verdict.repeated()).isEmpty();
            assertThat(verdict.strange()).isEmpty();
            assertThat(verdict.reordered()).isEmpty();
        }
    }

    @Test
    void eventsOfATopicThatWasCreatedAgainAreNotTakenForFinishedOnes() throws Exception {
        // given
        Topics topics = TestBroker.topics(broker, "again", PARTITIONS, Map.of());
        try (Uploads uploads = Uploads.to(broker.bootstrapServers(), List.of(topics.uploaded()), server, 1);
                Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed")) {
            runUntilKilled("again", uploads, outcomes);
            int before = uploads.all().size();

            // when
            createAgain(topics);
            uploads.send(EVENTS);
            runToTheEnd("again", outcomes);

            // then
            List<Upload> after = uploads.all().subList(before, uploads.all().size());
            Verdict verdict = outcomes.of(uploads.all());
            assertThat(verdict.missing()).doesNotContainAnyElementsOf(after);
            assertThat(verdict.repeated()).isEmpty();
            assertThat(verdict.strange()).isEmpty();
            assertThat(verdict.reordered()).isEmpty();
        }
    }

    @Test
    void eventsOfATopicThatIsCreatedAgainUnderARunningInstanceAreProcessed() throws Exception {
        // given: an instance that has events in flight and finished ones behind them
        Topics topics = TestBroker.topics(broker, "beneath", PARTITIONS, Map.of());
        try (Uploads uploads = Uploads.to(broker.bootstrapServers(), List.of(topics.uploaded()), server, 1);
                Outcomes outcomes = new Outcomes(broker.bootstrapServers(), topics, "read_committed");
                Commits commits = new Commits(broker.bootstrapServers(), "beneath");
                Supervised app = new Supervised("beneath")) {
            uploads.sendSilentToEach(PARTITIONS);
            uploads.send(EVENTS);
            outcomes.await(
                    () -> outcomes.uploads() > EVENTS / 2 && commits.withFinished() == PARTITIONS,
                    "finished offsets in each partition");
            int before = uploads.all().size();

            // when: the instance may end if it notices that its topic is missing
            createAgain(topics);
            uploads.send(EVENTS / 4);
            List<Upload> after =
                    List.copyOf(uploads.all().subList(before, uploads.all().size()));
            outcomes.await(
                    () -> app.isKeptAlive() && outcomes.done(after).size() > EVENTS / 16, "outcomes of new events");
            server.release();
            outcomes.await(() -> app.isKeptAlive() && outcomes.done(after).size() == after.size(), "all of them");
            outcomes.awaitEnd("beneath");
            app.end();

            // then
            Verdict verdict = outcomes.of(uploads.all());
            assertThat(verdict.missing()).doesNotContainAnyElementsOf(after);
            assertThat(verdict.strange()).isEmpty();
            assertThat(verdict.reordered()).isEmpty();
        }
    }

    /// An instance that is started again whenever it has ended.
    private final class Supervised implements AutoCloseable {
        private final String name;
        private ChildApp app;

        Supervised(String name) {
            this.name = name;
            app = start(name);
        }

        boolean isKeptAlive() {
            if (!app.isAlive()) {
                app = start(name);
            }
            return true;
        }

        void end() throws InterruptedException {
            app.end();
        }

        @Override
        public void close() {
            app.close();
        }
    }

    private void createAgain(Topics topics) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(Set.of(topics.uploaded())).all().get();
        }
        broker.createTopics(List.of(new NewTopic(topics.uploaded(), PARTITIONS, (short) 1)));
    }

    /// Kills an instance whose commits name finished offsets behind URIs without an answer.
    ///
    /// @return the committed offsets of all partitions
    private Map<TopicPartition, Long> runUntilKilled(String name, Uploads uploads, Outcomes outcomes)
            throws ExecutionException, InterruptedException {
        try (Commits commits = new Commits(broker.bootstrapServers(), name);
                ChildApp app = start(name)) {
            uploads.sendSilentToEach(PARTITIONS);
            uploads.send(EVENTS);
            outcomes.await(
                    () -> outcomes.uploads() > EVENTS / 4
                            && commits.withFinished() == PARTITIONS
                            && offsets(commits).keySet().stream()
                                    .allMatch(partition -> finished(partition, offsets(commits), uploads, outcomes)
                                                    .size()
                                            > 2),
                    "finished offsets in each partition");
            app.kill();
            assertThat(commits.withFinished()).isEqualTo(PARTITIONS);
            outcomes.awaitNoOpenTransaction();
            return offsets(commits);
        }
    }

    private static Map<TopicPartition, Long> offsets(Commits commits) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        commits.now().forEach((partition, committed) -> offsets.put(partition, committed.offset()));
        return offsets;
    }

    /// Returns the finished events of a partition above its committed offset.
    private static List<Upload> finished(
            TopicPartition partition, Map<TopicPartition, Long> committed, Uploads uploads, Outcomes outcomes) {
        return above(committed, outcomes.done(uploads.all())).stream()
                .filter(upload -> upload.position().partition().equals(partition))
                .toList();
    }

    private void runToTheEnd(String name, Outcomes outcomes) throws InterruptedException {
        server.release();
        try (ChildApp app = start(name)) {
            outcomes.awaitEnd(name);
            app.end();
        }
    }

    private ChildApp start(String name) {
        return new ChildApp(
                new EmbeddingApp.Settings(
                        broker.bootstrapServers(), name, "exactly_once_v2", Clients.HELD, "machine-1", 20, 60_000),
                folder.resolve(name + ".log"));
    }

    private static List<Upload> above(Map<TopicPartition, Long> committed, List<Upload> uploads) {
        return uploads.stream()
                .filter(upload -> upload.position().offset()
                        >= committed.getOrDefault(upload.position().partition(), Long.MAX_VALUE))
                .toList();
    }

    private static List<Position> positions(List<Upload> uploads) {
        return uploads.stream().map(Upload::position).toList();
    }

    /// Returns the offsets that a topic has.
    private Set<Position> offsets(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList());
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            Set<Position> found = new HashSet<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    found.add(new Position(new TopicPartition(record.topic(), record.partition()), record.offset()));
                }
            }
            return found;
        }
    }

    private void deleteBefore(Map<TopicPartition, Long> oldest) throws ExecutionException, InterruptedException {
        Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
        oldest.forEach((partition, offset) -> before.put(partition, RecordsToDelete.beforeOffset(offset)));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteRecords(before).all().get();
        }
    }
}
