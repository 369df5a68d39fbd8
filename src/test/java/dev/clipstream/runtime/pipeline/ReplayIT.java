package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.UploadPosition;
import dev.clipstream.image.RgbImage;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All topologies on a real broker, while `media.uploaded` is read again.
class ReplayIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final TopicPartition UPLOADED = new TopicPartition("media.uploaded", 0);
    private static final int DELETED = 20;

    @TempDir
    private Path folder;

    private EmbeddedBroker broker;
    private KafkaProducer<String, byte @Nullable []> producer;
    private @Nullable Pipeline pipeline;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(List.of(
                new NewTopic(UPLOADED.topic(), 1, (short) 1),
                new NewTopic("media.backfill", 1, (short) 1),
                new NewTopic("media.embedded", 2, (short) 1),
                new NewTopic("media.tagged", 2, (short) 1),
                new NewTopic("media.rejected", 1, (short) 1)));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stopBroker() {
        if (pipeline != null) {
            pipeline.close();
        }
        producer.close();
        broker.close();
    }

    @Test
    void aReplayShowsNeitherDeletedMediaNorOldVersions() throws Exception {
        // given: media that were deleted, one that was replaced, and one that shows that all before it is done
        Pipeline first = run("first", session -> session, "embedding,tagging,indexing");
        for (int i = 0; i < DELETED; i++) {
            upload("deleted-" + i, "old");
        }
        upload("replaced", "old");
        await(() -> index(first).count(MediaFilter.ALL) == DELETED + 1);
        for (int i = 0; i < DELETED; i++) {
            send("deleted-" + i, null);
        }
        upload("replaced", "new");
        upload("last", "new");
        await(() -> tagged(first, "last"));
        assertThat(index(first).count(MediaFilter.ALL)).isEqualTo(2);
        first.close();

        // when: the group of embedding reads everything again, on a slow device
        resetToEarliest("first-embedding");
        Pipeline again = run("first", Slow::new, "embedding,tagging,indexing");
        Set<String> seen = watchUntilCaughtUp(again, "first-embedding");

        // then
        assertThat(seen).containsExactly("last: new", "replaced: new");

        // when: another application id reads everything, beside the first
        try (Pipeline other = run("second", Slow::new, "embedding,tagging")) {
            assertThat(other.failure()).isNotDone();
            seen = watchUntilCaughtUp(again, "second-embedding");
        }

        // then
        assertThat(seen).containsExactly("last: new", "replaced: new");

        // when: a new upload under a deleted id
        upload("deleted-0", "newer");

        // then
        await(() -> tagged(again, "deleted-0"));
        assertThat(seen(index(again))).containsExactly("deleted-0: newer", "last: new", "replaced: new");
    }

    @Test
    void anOlderEventOfABackfillReplacesNeitherANewerUploadNorItsDeletion() throws Exception {
        // given
        Pipeline running = run("first", session -> session, "embedding,tagging,indexing");
        upload("replaced", "live");
        upload("deleted", "live");
        await(() -> tagged(running, "deleted") && tagged(running, "replaced"));
        send("deleted", null);
        await(() -> index(running).get("deleted").isEmpty());

        // when: back-filled events of the day before, and behind them others in each partition of the outputs
        long dayBefore = Instant.now().minus(Duration.ofDays(1)).toEpochMilli();
        backfill("replaced", "old", dayBefore);
        backfill("deleted", "old", dayBefore);
        for (int i = 0; i < 8; i++) {
            backfill("new-" + i, "old", dayBefore);
        }
        await(() -> seen(index(running)).size() == 9);
        for (int i = 0; i < 8; i++) {
            int number = i;
            await(() -> tagged(running, "new-" + number));
        }

        // then: the index shows what is newer
        assertThat(seen(index(running))).contains("replaced: live").noneMatch(medium -> medium.startsWith("deleted"));

        // and: the topic of vectors ends with what was written last, which says that it is older
        Map<String, List<UploadPosition>> written = uploadsOnEmbedded();
        List<UploadPosition> deleted = written.getOrDefault("deleted", List.of());
        assertThat(deleted).extracting(UploadPosition::log).hasSize(3);
        assertThat(deleted.getLast().time())
                .isEqualTo(Instant.ofEpochMilli(dayBefore))
                .isBefore(deleted.get(1).time());
        assertThat(written.getOrDefault("replaced", List.of()).getLast().time())
                .isEqualTo(Instant.ofEpochMilli(dayBefore));
    }

    @Test
    void uploadsOfATopicThatWasCreatedAgainReplaceOlderOnes() throws Exception {
        // given
        Pipeline first = run("first", session -> session, "embedding,tagging,indexing");
        upload("other", "old");
        upload("medium", "old");
        await(() -> tagged(first, "medium"));
        first.close();

        // when: offsets begin again
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of(UPLOADED.topic())).all().get();
        }
        broker.createTopics(List.of(new NewTopic(UPLOADED.topic(), 1, (short) 1)));
        upload("medium", "new");
        Pipeline again = run("first", session -> session, "embedding,tagging,indexing");

        // then
        await(() -> seen(index(again)).contains("medium: new"));
    }

    private Pipeline run(String application, UnaryOperator<ImageSession> device, String topologies)
            throws StartException {
        Map<String, String> settings = new HashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.application-id", application);
        settings.put("clipstream.topologies", topologies);
        settings.put("clipstream.index.path", folder.toString());
        settings.put("clipstream.topics.shared", "true");
        settings.put("clipstream.embedding.batch", "1");
        settings.put("clipstream.shutdown-timeout", "20s");
        Pipeline started = Pipeline.create(Settings.of(settings), new SimpleMeterRegistry(), Clock.systemUTC(), device);
        started.start();
        if (topologies.contains("indexing")) {
            pipeline = started;
        }
        return started;
    }

    /// A real session on a device that takes its time, so that a test can watch.
    private record Slow(ImageSession session) implements ImageSession {
        @Override
        public String device() {
            return session.device();
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            return session.run(batch);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    private void upload(String mediaId, String version) throws Exception {
        send(mediaId, event(mediaId, version));
    }

    private void backfill(String mediaId, String version, long timestamp) throws Exception {
        producer.send(new ProducerRecord<>("media.backfill", null, timestamp, mediaId, event(mediaId, version)))
                .get();
    }

    private static byte[] event(String mediaId, String version) throws IOException {
        return AvroSerde.uploaded()
                .write(MediaUploaded.newBuilder()
                        .setMediaId(mediaId)
                        .setContent(ByteBuffer.wrap(
                                Files.readAllBytes(Home.samples().resolve("cat-on-pink.jpg"))))
                        .setUploadedAt(Instant.now())
                        .setAttributes(Map.of("version", version))
                        .build());
    }

    /// Returns the uploads of each medium's committed records on `media.embedded`, in the order of the topic.
    private Map<String, List<UploadPosition>> uploadsOnEmbedded() {
        Map<String, List<UploadPosition>> found = new HashMap<>();
        try (KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    List.of(new TopicPartition("media.embedded", 0), new TopicPartition("media.embedded", 1));
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> reader.position(one) < ends.getOrDefault(one, 0L))) {
                reader.poll(Duration.ofMillis(100))
                        .forEach(record -> found.computeIfAbsent(record.key(), key -> new ArrayList<>())
                                .add(UploadPosition.of(record.headers()).orElseThrow()));
            }
        }
        return found;
    }

    private void send(String mediaId, byte @Nullable [] value) throws Exception {
        producer.send(new ProducerRecord<>(UPLOADED.topic(), mediaId, value)).get();
    }

    private void resetToEarliest(String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            await(() -> {
                try {
                    admin.alterConsumerGroupOffsets(group, Map.of(UPLOADED, new OffsetAndMetadata(0)))
                            .all()
                            .get();
                    return true;
                } catch (ExecutionException e) {
                    return false; // its member is still leaving
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    /// Returns all that the index shows until a group has read all uploads and the index their outcomes.
    private Set<String> watchUntilCaughtUp(Pipeline indexing, String group) throws Exception {
        Set<String> seen = new TreeSet<>();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            long end = admin.listOffsets(Map.of(UPLOADED, OffsetSpec.latest()))
                    .partitionResult(UPLOADED)
                    .get()
                    .offset();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            long committed = 0;
            while (committed < end && System.nanoTime() < deadline) {
                for (int i = 0; i < 20; i++) {
                    seen.addAll(seen(index(indexing)));
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                OffsetAndMetadata offset = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(UPLOADED);
                committed = offset == null ? 0 : offset.offset();
            }
            assertThat(committed).isGreaterThanOrEqualTo(end);
        }
        for (int i = 0; i < 100; i++) { // what was forwarded last is on its way to the index
            seen.addAll(seen(index(indexing)));
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return seen;
    }

    private static Set<String> seen(MediaIndex index) {
        Set<String> seen = new TreeSet<>();
        for (IndexedMedia media : index.newest(MediaFilter.ALL, 0, 100)) {
            seen.add(media.mediaId() + ": " + media.details().attributes().get("version"));
        }
        return seen;
    }

    private static MediaIndex index(Pipeline pipeline) {
        return pipeline.indexes().orElseThrow().open(pipeline.model().identity());
    }

    private static boolean tagged(Pipeline pipeline, String mediaId) {
        return index(pipeline).get(mediaId).flatMap(IndexedMedia::tags).isPresent();
    }

    private static void await(BooleanSupplier reached) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(reached.getAsBoolean()).isTrue();
    }
}
