package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.kafka.group.GroupCheck;
import dev.clipstream.runtime.kafka.group.GroupIdentity;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.topic.TopicFacts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Which instances may share an application id, or the topics of another one.
class GroupCheckIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CLOSE = Duration.ofSeconds(10);
    private static final String MODEL = "a".repeat(64);
    private static final String OTHER_MODEL = "b".repeat(64);

    private static EmbeddedBroker broker;
    private static int ids;

    private final List<RunningTopology> started = new ArrayList<>();
    private final String id = "id" + ids++;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
        createTopics("vectors", "tags", "rejected", "other");
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /// Each test has its own input, because a static member stays in its group for a while.
    @BeforeEach
    void createInput() {
        createTopics(id, id + ".backfill");
    }

    @AfterEach
    void stop() {
        started.forEach(runner -> runner.close(CLOSE));
    }

    @Test
    void anInstanceWithAnotherModelIsRefusedAndBothModelsAreNamed() throws Exception {
        // given
        awaitRunning(start(embedding(id, MODEL, Map.of())));
        awaitRunning(start(embedding(id, MODEL, Map.of())));

        // when, then
        assertThatThrownBy(() -> start(embedding(id, OTHER_MODEL, Map.of())))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("application-id " + id)
                .hasMessageContaining("model " + "b".repeat(16) + " here, " + "a".repeat(16) + " there")
                .hasMessageContaining("group " + id + "-embedding: " + id + "-embedding-")
                .hasMessageContaining("stop all of them first");
        assertThat(started.getFirst().isRunning()).isTrue();
    }

    @Test
    void anInstanceWithOtherTopicsIsRefusedAndBothTopicsAreNamed() throws Exception {
        // given
        awaitRunning(start(embedding(id, MODEL, Map.of())));

        // when, then
        assertThatThrownBy(() -> start(embedding(id, MODEL, Map.of("topics.embedded", "other"))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("topics.embedded other here, vectors there");
    }

    @Test
    void anInstanceThatTagsWithAnotherModelThanItsApplicationIdEmbedsWithIsRefused() throws Exception {
        // given
        awaitRunning(start(embedding(id, MODEL, Map.of())));

        // when, then
        assertThatThrownBy(() -> start(tagging(id, OTHER_MODEL)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("model " + "b".repeat(16) + " here, " + "a".repeat(16) + " there");
    }

    @Test
    void ofTwoModelsThatStartAtTheSameTimeOneIsRefusedAndTheOtherRuns() throws Exception {
        // given
        RunningTopology one = embedding(id, MODEL, Map.of());
        RunningTopology other = embedding(id, OTHER_MODEL, Map.of());

        // when
        List<CompletableFuture<Void>> starts = Stream.of(one, other)
                .map(runner -> CompletableFuture.runAsync(() -> {
                    try {
                        start(runner);
                    } catch (StartException e) {
                        runner.failure().complete(e);
                    }
                }))
                .toList();
        starts.forEach(CompletableFuture::join);
        CompletableFuture.anyOf(one.failure(), other.failure()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        // then
        boolean first = one.failure().isDone();
        RunningTopology refused = first ? one : other;
        RunningTopology admitted = first ? other : one;
        assertThat(refused.failure().join())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("application-id " + id + ": Expected instances that agree");
        awaitRunning(admitted);
        assertThat(admitted.failure()).isNotDone();
    }

    @Test
    void anotherModelStartsAfterAllInstancesHaveStopped() throws Exception {
        // given
        RunningTopology old = start(embedding(id, MODEL, Map.of()));
        awaitRunning(old);
        old.close(CLOSE);

        // when, then
        awaitRunning(start(embedding(id, OTHER_MODEL, Map.of())));
    }

    @Test
    void aStaticMemberReturnsWithAnotherModelAlthoughItStaysInItsGroup() throws Exception {
        // given
        RunningTopology old = start(embedding(id, MODEL, Map.of("instance-id", "pod-0")));
        awaitRunning(old);
        old.close(CLOSE);

        // when, then
        awaitRunning(start(embedding(id, OTHER_MODEL, Map.of("instance-id", "pod-0"))));
    }

    @Test
    void anotherApplicationIdOnTheSameTopicsIsRefusedUnlessASettingAllowsIt() throws Exception {
        // given
        awaitRunning(start(embedding(id, MODEL, Map.of())));

        // when, then
        assertThatThrownBy(() -> start(embedding(id + "-2", MODEL, Map.of())))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("found " + id + " (group " + id + "-embedding")
                .hasMessageContaining("topics.shared=true");
        awaitRunning(start(embedding(id + "-2", MODEL, Map.of("topics.shared", "true"))));
    }

    @Test
    void anotherApplicationIdWritesTheVectorsOfAnotherModelToOtherTopics() throws Exception {
        // given
        awaitRunning(start(embedding(id, MODEL, Map.of())));

        // when, then
        awaitRunning(start(embedding(id + "-2", OTHER_MODEL, Map.of("topics.embedded", "other"))));
    }

    @Test
    void aNewApplicationIdIsToldWhichOneHasProcessedItsInput() throws Exception {
        // given
        RunningTopology old = start(embedding(id, MODEL, Map.of()));
        awaitRunning(old);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(id, new byte[] {1}, new byte[] {2}))
                    .get();
        }
        awaitCommit(id + "-embedding");
        old.close(CLOSE);
        Logger log = (Logger) LoggerFactory.getLogger(GroupCheck.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);

        // when
        awaitRunning(start(embedding(id + "-2", MODEL, Map.of())));

        // then
        log.detachAppender(lines);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("The group " + id + "-2-embedding is new and reads " + id
                        + " from its beginning, which the group " + id
                        + "-embedding has processed: unless their output topics differ, set application-id=" + id
                        + " to continue there");
    }

    @Test
    void anotherApplicationIdThatReadsOnlyTheSameBackfillIsRefused() throws Exception {
        // given
        awaitRunning(start(embedding(id, MODEL, Map.of())));

        // when, then
        assertThatThrownBy(() -> start(embedding(id + "-2", MODEL, Map.of("topics.uploaded", "other"))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("found " + id + " (group " + id + "-embedding");
    }

    @Test
    void anotherApplicationIdThatReadsTheBackfillAsItsUploadsIsRefused() throws Exception {
        // given
        awaitRunning(start(embedding(id, MODEL, Map.of())));

        // when, then
        assertThatThrownBy(() -> start(embedding(
                        id + "-2", MODEL, Map.of("topics.uploaded", id + ".backfill", "topics.backfill", ""))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("found " + id + " (group " + id + "-embedding");
    }

    @Test
    void aRefusedMemberIsNotAskedToAgreeInTheTopicOfBackfills() {
        // given: the members that refused it have left
        GroupCheck check = new GroupCheck(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                id,
                "",
                false,
                TopologyName.EMBEDDING,
                id + "-embedding",
                GroupIdentity.of(TopologyName.EMBEDDING, MODEL, Topics.DEFAULT));

        // when
        StartException refusal = check.refusal();

        // then
        assertThat(refusal).message().contains("topics.uploaded=media.uploaded").doesNotContain("backfill");
    }

    @Test
    void aMissingSourceTopicIsNamed() throws Exception {
        // when
        RunningTopology running = start(embedding(id, MODEL, Map.of("topics.uploaded", "nosuch")));

        // then
        assertThat(running.failure().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("Expected its topics, found that the topic nosuch does not exist");
    }

    private RunningTopology start(RunningTopology runner) throws StartException {
        synchronized (started) {
            started.add(runner);
        }
        runner.start();
        return runner;
    }

    private static void createTopics(String... names) {
        broker.createTopics(
                Stream.of(names).map(name -> new NewTopic(name, 1, (short) 1)).toList());
    }

    private RunningTopology embedding(String applicationId, String fingerprint, Map<String, String> more)
            throws StartException {
        return runner(TopologyName.EMBEDDING, applicationId, fingerprint, more);
    }

    private RunningTopology tagging(String applicationId, String fingerprint) throws StartException {
        return runner(TopologyName.TAGGING, applicationId, fingerprint, Map.of());
    }

    private RunningTopology runner(
            TopologyName name, String applicationId, String fingerprint, Map<String, String> more)
            throws StartException {
        Map<String, String> properties = new HashMap<>(Map.of(
                "clipstream.bootstrap-servers",
                broker.bootstrapServers(),
                "clipstream.application-id",
                applicationId,
                "clipstream.topics.uploaded",
                id,
                "clipstream.topics.backfill",
                id + ".backfill",
                "clipstream.topics.embedded",
                "vectors",
                "clipstream.topics.tagged",
                "tags",
                "clipstream.topics.rejected",
                "rejected"));
        more.forEach((setting, value) -> properties.put("clipstream." + setting, value));
        Settings settings = Settings.of(properties);
        Topics topics = settings.topics().names();
        boolean embedding = name == TopologyName.EMBEDDING;
        return new TopologyRunners(
                        new KafkaProperties(settings),
                        TopicFacts.UNKNOWN,
                        settings.stallTimeout(),
                        new SimpleMeterRegistry(),
                        Clock.systemUTC())
                .runner(
                        name,
                        "",
                        copy(
                                embedding ? topics.uploads() : List.of(topics.embedded()),
                                embedding ? topics.embedded() : topics.tagged()),
                        StageLimits.forBatch(16),
                        1,
                        GroupIdentity.of(name, fingerprint, topics));
    }

    private static Topology copy(List<String> from, String to) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(
                        from,
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("in"))
                .to(to, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("out"));
        return builder.build();
    }

    private static void awaitCommit(String group) throws Exception {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            while (admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadlineNanos);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static void awaitRunning(RunningTopology runner) throws Exception {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!runner.isRunning()) {
            assertThat(runner.failure()).isNotDone();
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
