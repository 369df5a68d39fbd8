package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.kafka.group.GroupIdentity;
import dev.clipstream.runtime.kafka.group.IdentityAssignor;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.HeldOffsetsClientSupplier;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import dev.clipstream.topology.embedding.MediaPipeline;
import dev.clipstream.topology.embedding.Outcome;
import dev.clipstream.topology.embedding.UploadLogs;
import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// The topic of back-fills beside live uploads on a real broker, and members with and without it in one group, as in a
/// rolling upgrade.
class BackfillIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration CLOSE = Duration.ofSeconds(20);
    private static final String HANGS = "hangs";
    private static final int PARTITIONS = 3;
    private static final ModelIdentity MODEL = new ModelIdentity("three-axes", "ab".repeat(32), 3);
    private static final Executor DEVICE = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);
    private static final StageLimits LIMITS = StageLimits.forBatch(16);

    private static EmbeddedBroker broker;
    private static Admin admin;
    private static int ids;

    private final String id = "roll" + ids++;
    private final Topics topics = new Topics(
            id + ".uploaded",
            id + ".backfill",
            id + ".embedded",
            "tags",
            id + ".rejected",
            "labels",
            "feedback",
            "alerts");
    private final AtomicInteger backfilled = new AtomicInteger();
    private final CompletableFuture<Void> backfillGoesOn = new CompletableFuture<>();
    private final List<RunningTopology> started = new ArrayList<>();
    private final Map<String, Integer> published = new HashMap<>();
    private KafkaProducer<String, byte[]> producer;

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
    void createTopics(TestInfo test) {
        if (!test.getTags().contains(HANGS)) {
            backfillGoesOn.complete(null);
        }
        broker.createTopics(Stream.of(topics.uploaded(), topics.backfill(), topics.embedded(), topics.rejected())
                .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
                .toList());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        started.forEach(member -> member.close(CLOSE));
        producer.close();
    }

    @Test
    @Tag(HANGS)
    void aFullWindowOfABackfillStopsNoLiveUploads() throws Exception {
        // given: no work on the back-fill ends, and its partitions hold more than their windows
        RunningTopology member = start(thisVersion(topics.backfill()));
        publish(topics.backfill(), 1000, "old");
        await(() -> backfilled.get() >= PARTITIONS * LIMITS.windowRecords());

        // when
        publish(topics.uploaded(), 60, "new");

        // then
        await(() -> isRead(topics.uploaded()));
        assertThat(backfilled.get()).isLessThan(1000);

        // when
        backfillGoesOn.complete(null);

        // then
        await(() -> isRead(topics.backfill()));
        assertEverythingWasWrittenOnceAndInOrder();
        assertThat(member.failure()).isNotDone();
    }

    @Test
    void inARollingUpgradeTheGroupBeginsToReadTheBackfillWhenTheLastOldMemberHasLeft() throws Exception {
        // given: two members of the previous version
        RunningTopology first = start(previousVersion());
        RunningTopology second = start(previousVersion());
        publish(topics.uploaded(), 60);

        // when: members of this version take their places, one by one
        RunningTopology third = start(thisVersion(topics.backfill()));
        publish(topics.backfill(), 60);
        publish(topics.uploaded(), 60);
        first.close(CLOSE);
        start(thisVersion(topics.backfill()));
        publish(topics.uploaded(), 60);
        await(() -> isRead(topics.uploaded()));

        // then: live uploads are read, and nobody reads the back-fill
        assertThat(committed(topics.backfill())).isEmpty();

        // when: the last old one leaves
        publish(topics.uploaded(), 60);
        second.close(CLOSE);

        // then
        await(() -> isRead(topics.uploaded()) && isRead(topics.backfill()));
        assertEverythingWasWrittenOnceAndInOrder();
        assertThat(third.failure()).isNotDone();
    }

    @Test
    void staticMembersThatReturnInTheirPlacesReadTheBackfillWhenTheLastHasReturned() throws Exception {
        // given
        RunningTopology first = start(previousVersion("pod-0"));
        RunningTopology second = start(previousVersion("pod-1"));
        publish(topics.uploaded(), 60);

        // when: the first returns in this version
        first.close(CLOSE);
        RunningTopology third = start(thisVersion("pod-0", topics.backfill()));
        publish(topics.backfill(), 60);
        publish(topics.uploaded(), 60);
        await(() -> isRead(topics.uploaded()));

        // then
        assertThat(committed(topics.backfill())).isEmpty();

        // when: the second returns
        second.close(CLOSE);
        RunningTopology fourth = start(thisVersion("pod-1", topics.backfill()));
        publish(topics.uploaded(), 60);

        // then
        await(() -> isRead(topics.uploaded()) && isRead(topics.backfill()));
        assertEverythingWasWrittenOnceAndInOrder();
        assertThat(List.of(third.failure(), fourth.failure()))
                .allSatisfy(failure -> assertThat(failure).isNotDone());
    }

    @Test
    void inARollingDowngradeTheBackfillRestsAndContinuesAfterTheNextUpgrade() throws Exception {
        // given
        RunningTopology first = start(thisVersion(topics.backfill()));
        RunningTopology second = start(thisVersion(topics.backfill()));
        publish(topics.uploaded(), 60);
        publish(topics.backfill(), 600);
        await(() -> !committed(topics.backfill()).isEmpty());

        // when: the members of this version lead the group
        RunningTopology old = start(previousVersion());
        await(() -> assigned(topics.uploaded()) == PARTITIONS && assigned(topics.backfill()) == 0);
        Map<TopicPartition, OffsetAndMetadata> rest = committed(topics.backfill());
        publish(topics.uploaded(), 60);

        // then: all members read live uploads, and none the back-fill
        await(() -> isRead(topics.uploaded()));
        assertThat(committed(topics.backfill())).isEqualTo(rest);

        // when
        first.close(CLOSE);
        second.close(CLOSE);
        publish(topics.uploaded(), 60);
        RunningTopology third = start(thisVersion(topics.backfill()));
        old.close(CLOSE);

        // then
        await(() -> isRead(topics.uploaded()) && isRead(topics.backfill()));
        assertEverythingWasWrittenOnceAndInOrder();
        assertThat(List.of(first.failure(), second.failure(), third.failure()))
                .allSatisfy(failure -> assertThat(failure).isNotDone());
    }

    @Test
    void aRollingRestartTurnsTheBackfillOffAndOn() throws Exception {
        // given
        RunningTopology on = start(thisVersion(topics.backfill()));
        publish(topics.uploaded(), 60);
        publish(topics.backfill(), 300);
        await(() -> !committed(topics.backfill()).isEmpty());

        // when
        RunningTopology off = start(thisVersion(""));
        on.close(CLOSE);
        publish(topics.uploaded(), 60);
        await(() -> isRead(topics.uploaded()));
        RunningTopology again = start(thisVersion(topics.backfill()));
        off.close(CLOSE);

        // then
        await(() -> isRead(topics.uploaded()) && isRead(topics.backfill()));
        assertEverythingWasWrittenOnceAndInOrder();
        assertThat(List.of(on.failure(), off.failure(), again.failure()))
                .allSatisfy(failure -> assertThat(failure).isNotDone());
    }

    @Test
    void aTaskThatGetsAPartitionMoreStartsOver() throws Exception {
        // given: the tasks of two partitions read live uploads only
        Topics narrow = new Topics(
                topics.uploaded(),
                id + ".narrow",
                topics.embedded(),
                topics.tagged(),
                topics.rejected(),
                topics.labels(),
                topics.feedback(),
                topics.alerts());
        broker.createTopics(List.of(new NewTopic(narrow.backfill(), 1, (short) 1)));
        RunningTopology member = start(thisVersion(narrow.backfill()));
        publish(topics.uploaded(), 60);
        publish(narrow.backfill(), 60);
        await(() -> isRead(topics.uploaded()) && isRead(narrow.backfill()));

        // when
        admin.createPartitions(Map.of(narrow.backfill(), NewPartitions.increaseTo(PARTITIONS)))
                .all()
                .get();
        publish(narrow.backfill(), 60);
        publish(topics.uploaded(), 60);

        // then
        await(() -> isRead(topics.uploaded()) && isRead(narrow.backfill()));
        assertEverythingWasWrittenOnceAndInOrder();
        assertThat(member.failure()).isNotDone();
    }

    private RunningTopology start(RunningTopology member) throws Exception {
        started.add(member);
        member.start();
        await(member::isRunning);
        return member;
    }

    private RunningTopology thisVersion(String backfill) throws Exception {
        return thisVersion("", backfill);
    }

    /// A member as this version starts it.
    ///
    /// @param instance id of a static member; empty: a dynamic member
    private RunningTopology thisVersion(String instance, String backfill) throws Exception {
        Topics own = topics(backfill);
        return new TopologyRunners(
                        new KafkaProperties(settings(instance, own)),
                        TopicFacts.UNKNOWN,
                        Duration.ofMinutes(5),
                        new SimpleMeterRegistry(),
                        Clock.systemUTC())
                .runner(TopologyName.EMBEDDING, "", topology(own), LIMITS, 1, identity(own));
    }

    private RunningTopology previousVersion() throws Exception {
        return previousVersion("");
    }

    /// A member as the version without a topic of back-fills starts it: one source topic, and one identity under the
    /// assignor of Kafka Streams.
    ///
    /// @param instance id of a static member; empty: a dynamic member
    private RunningTopology previousVersion(String instance) throws Exception {
        Topics own = topics("");
        KafkaProperties kafka = new KafkaProperties(settings(instance, own));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        return new TopologyRunner(
                TopologyName.EMBEDDING,
                topology(own),
                kafka.streams(TopologyName.EMBEDDING, "", LIMITS, 1),
                kafka.groupCheck(TopologyName.EMBEDDING, "", identity(own)),
                new HeldOffsetsClientSupplier(
                        IdentityAssignor.properties(identity(own)),
                        TopicFacts.UNKNOWN,
                        new StageMetrics(meters, "embedding"),
                        Clock.systemUTC()),
                !instance.isEmpty(),
                Duration.ofMinutes(5),
                kafka.admin("stall"),
                meters);
    }

    private Topics topics(String backfill) {
        return new Topics(
                topics.uploaded(),
                backfill,
                topics.embedded(),
                topics.tagged(),
                topics.rejected(),
                topics.labels(),
                topics.feedback(),
                topics.alerts());
    }

    private Settings settings(String instance, Topics own) {
        return Settings.of(Map.of(
                "clipstream.bootstrap-servers", broker.bootstrapServers(),
                "clipstream.application-id", id,
                "clipstream.instance-id", instance,
                "clipstream.topics.uploaded", own.uploaded(),
                "clipstream.topics.backfill", own.backfill(),
                "clipstream.topics.embedded", own.embedded(),
                "clipstream.topics.rejected", own.rejected(),
                "clipstream.kafka.main.consumer.heartbeat.interval.ms", "300",
                "clipstream.kafka.main.consumer.metadata.max.age.ms", "500"));
    }

    private static GroupIdentity identity(Topics own) {
        return GroupIdentity.of(TopologyName.EMBEDDING, MODEL.fingerprint(), own);
    }

    private Topology topology(Topics own) {
        MediaPipeline pipeline = (event, urgency, progress) -> {
            progress.arrived();
            progress.inTurn();
            CompletableFuture<Outcome> done = CompletableFuture.supplyAsync(
                    () -> new Outcome.Embedded(Embedding.normalize(new float[] {1, 2, 3}), 640, 480), DEVICE);
            if (urgency == Urgency.LIVE) {
                return done;
            }
            backfilled.incrementAndGet();
            return backfillGoesOn.thenCompose(now -> done);
        };
        return EmbeddingTopology.build(
                own,
                UploadLogs.BY_NAME,
                pipeline,
                MODEL,
                LIMITS,
                TopicRules.NONE,
                new StageMetrics(new SimpleMeterRegistry(), "embedding"),
                Clock.systemUTC());
    }

    private void publish(String topic, int events) throws Exception {
        publish(topic, events, "m");
    }

    /// Publishes events of a few media, so that each has several.
    ///
    /// @param media prefix of the ids
    private void publish(String topic, int events, String media) throws Exception {
        for (int i = 0; i < events; i++) {
            String mediaId = media + i % 20;
            var _ = producer.send(new ProducerRecord<>(
                    topic,
                    mediaId,
                    AvroSerde.uploaded()
                            .write(MediaUploaded.newBuilder()
                                    .setMediaId(mediaId)
                                    .setContent(ByteBuffer.wrap(new byte[] {1}))
                                    .setUploadedAt(Instant.now())
                                    .setAttributes(Map.of())
                                    .build())));
        }
        producer.flush();
        published.merge(topic, events, Integer::sum);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> found =
                new TreeMap<>((one, other) -> Integer.compare(one.partition(), other.partition()));
        admin.listConsumerGroupOffsets(id + "-embedding")
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> {
                    if (partition.topic().equals(topic)) {
                        found.put(partition, offset);
                    }
                });
        return found;
    }

    /// Returns how many partitions of a topic the members of the group have.
    private long assigned(String topic) throws Exception {
        return Objects.requireNonNull(admin.describeConsumerGroups(List.of(id + "-embedding"))
                        .describedGroups()
                        .get(id + "-embedding"))
                .get()
                .members()
                .stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .filter(partition -> partition.topic().equals(topic))
                .count();
    }

    private boolean isRead(String topic) throws Exception {
        long read = committed(topic).values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
        return read == published.getOrDefault(topic, 0);
    }

    private void assertEverythingWasWrittenOnceAndInOrder() throws Exception {
        Map<String, List<Long>> offsets = new HashMap<>();
        int records = 0;
        try (KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(number -> new TopicPartition(topics.embedded(), number))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> reader.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    MediaEmbedded event = AvroSerde.embedded().read(record.value());
                    records++;
                    offsets.computeIfAbsent(event.getSourceTopic() + " " + record.key(), key -> new ArrayList<>())
                            .add(event.getSourceOffset());
                }
            }
        }
        assertThat(records)
                .isEqualTo(
                        published.values().stream().mapToInt(Integer::intValue).sum());
        assertThat(offsets.values())
                .allSatisfy(order -> assertThat(order).isSorted().doesNotHaveDuplicates());
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition reached) throws Exception {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.holds()) {
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
