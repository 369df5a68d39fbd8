package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.TagRecords;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.kafka.RunningTopology;
import dev.clipstream.runtime.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// One bad record never stops the service: every topology, a real broker, and topics with restrictive settings.
class BadRecordsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ANY_TIME = Long.toString(Long.MAX_VALUE);
    private static final String DAY = "86400000";

    private static EmbeddedBroker broker;
    private static Admin admin;
    private static KafkaProducer<byte[], byte[]> producer;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private @Nullable Pipeline pipeline;
    private String name = "";

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 8 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        admin.close();
        broker.close();
    }

    @AfterEach
    void stop() {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    void extremeRecordsOnRestrictiveTopicsAreRejectedAndTheNextOneComesOut() throws Exception {
        extremeRecordsDoNotStop("lucene", Map.of("clipstream.index.kind", "embedded"));
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "CLIPSTREAM_TEST_REDIS", matches = ".+")
    void extremeRecordsDoNotStopTheIndexInRedis() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            extremeRecordsDoNotStop("redis", Map.of("clipstream.index.url", redis.url()));
            stop();
            pipeline = null;
        }
    }

    private void extremeRecordsDoNotStop(String test, Map<String, String> index) throws Exception {
        // given: inputs that accept anything, outputs that accept little
        name = test;
        Map<String, String> input = Map.of(
                "max.message.bytes",
                "8388608",
                "message.timestamp.after.max.ms",
                ANY_TIME,
                "message.timestamp.before.max.ms",
                ANY_TIME);
        topic("uploaded", input);
        topic("embedded", Map.of("max.message.bytes", "20000", "message.timestamp.before.max.ms", DAY));
        topic(
                "tagged",
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "max.message.bytes",
                        "4000",
                        "message.timestamp.before.max.ms",
                        "10000"));
        topic(
                "rejected",
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "max.message.bytes",
                        "1000",
                        "message.timestamp.before.max.ms",
                        "10000"));
        Pipeline running = start(index);

        // when
        send(ExtremeRecords.of(topic("uploaded"), AvroSerde.uploaded(), () -> upload("extreme")));
        send(List.of(new ProducerRecord<>(topic("uploaded"), bytes("zerotime"), zeroTime()), record(upload("good"))));

        // then
        awaitOutcome(running, "good");
        awaitOutcome(running, "zerotime");

        // when: the other inputs accept anything, too
        configure("embedded", input);
        configure("tagged", input);
        configure("tagged", Map.of("cleanup.policy", "delete"));
        send(ExtremeRecords.of(topic("embedded"), AvroSerde.embedded(), () -> vector(running, "extreme")));
        send(List.of(new ProducerRecord<>(
                topic("embedded"), bytes("foreign"), AvroSerde.embedded().write(vector(running, "foreign")))));

        // then
        awaitOutcome(running, "foreign");

        // when
        send(ExtremeRecords.of(topic("tagged"), AvroSerde.tagged(), () -> tags(running, "extreme")));
        send(List.of(record(upload("last"))));

        // then
        awaitOutcome(running, "last");
        assertThat(running.failure()).isNotDone();
    }

    @Test
    void anOutputThatABrokerRefusesIsRejectedAtTheNextAttempt() throws Exception {
        // given
        name = "refused";
        topic("uploaded", Map.of("max.message.bytes", "8388608"));
        topic("embedded", Map.of());
        topic("tagged", Map.of());
        topic("rejected", Map.of());
        Pipeline running = start(Map.of("clipstream.index.kind", "embedded"));
        send(List.of(record(upload("first"))));
        awaitOutcome(running, "first");

        // when: limits that the instance does not know yet
        configure("embedded", Map.of("max.message.bytes", "5000"));
        configure("rejected", Map.of("max.message.bytes", "1500"));
        MediaUploaded large = MediaUploaded.newBuilder(upload("large"))
                .setAttributes(Map.of("large", "x".repeat(6_000)))
                .build();
        send(List.of(record(upload("before")), record(large), record(upload("after"))));

        // then
        awaitOutcome(running, "before");
        awaitOutcome(running, "after");
        assertThat(rejections()).extracting(MediaRejected::getReasonCode).containsExactly("output-refused");
        assertThat(running.failure()).isNotDone();
    }

    @Test
    void offsetsThatAreGoneAreCountedAndReadingResumes() throws Exception {
        // given: five uploads, committed
        name = "gone";
        topic("uploaded", Map.of());
        topic("embedded", Map.of());
        topic("tagged", Map.of());
        topic("rejected", Map.of());
        Map<String, String> index = Map.of("clipstream.topologies", "embedding,tagging");
        start(index);
        send(List.of(record(upload("a")), record(upload("b")), record(upload("c"))));
        awaitTagged("c");
        stop();

        // when: seven are deleted before they are read
        List<ProducerRecord<byte[], byte[]>> more = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            more.add(record(upload("more" + i)));
        }
        send(more);
        admin.deleteRecords(Map.of(new TopicPartition(topic("uploaded"), 0), RecordsToDelete.beforeOffset(10)))
                .all()
                .get();
        start(index);

        // then
        awaitTagged("more7");
        assertThat(counted("clipstream.offsets.lost")).isEqualTo(7);
        stop();

        // when: the committed offset lies behind the end, as after the topic was created again
        send(List.of(record(upload("anew"))));
        admin.alterConsumerGroupOffsets(
                        name + "-embedding",
                        Map.of(new TopicPartition(topic("uploaded"), 0), new OffsetAndMetadata(500)))
                .all()
                .get();
        start(index);

        // then
        awaitTagged("anew");
        assertThat(counted("clipstream.partitions.restarted")).isEqualTo(1);
    }

    private double counted(String meter) {
        return meters.get(meter).tag("topology", "embedding").counter().count();
    }

    private Pipeline start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.application-id", name);
        settings.put("clipstream.topologies", "embedding,tagging,indexing");
        settings.put("clipstream.topics.backfill", "");
        for (String kind : List.of("uploaded", "embedded", "tagged", "rejected")) {
            settings.put("clipstream.topics." + kind, topic(kind));
        }
        settings.put("clipstream.index.max-backoff", "1s");
        settings.put("clipstream.shutdown-timeout", "5s");
        settings.putAll(more);
        Pipeline started = Pipeline.create(Settings.of(settings), meters, Clock.systemUTC(), UnaryOperator.identity());
        pipeline = started;
        started.start();
        return started;
    }

    private String topic(String kind) {
        return name + "." + kind;
    }

    private void topic(String kind, Map<String, String> configuration) {
        broker.createTopics(List.of(new NewTopic(topic(kind), 1, (short) 1).configs(configuration)));
    }

    private void configure(String kind, Map<String, String> configuration) throws Exception {
        List<AlterConfigOp> changes = configuration.entrySet().stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic(kind));
        admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
        // the broker learns it a little later
        TimeUnit.MILLISECONDS.sleep(500);
    }

    private static void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        for (Future<RecordMetadata> record : sent) {
            record.get();
        }
    }

    private ProducerRecord<byte[], byte[]> record(MediaUploaded event) {
        return new ProducerRecord<>(
                topic("uploaded"),
                bytes(event.getMediaId()),
                AvroSerde.uploaded().write(event));
    }

    /// Waits until a medium is found in the index with its tags.
    private void awaitOutcome(Pipeline running, String mediaId) throws Exception {
        await(
                () -> running.indexes()
                        .orElseThrow()
                        .find(running.model().identity())
                        .flatMap(index -> index.get(mediaId))
                        .flatMap(IndexedMedia::tags)
                        .isPresent(),
                mediaId);
    }

    private void awaitTagged(String mediaId) throws Exception {
        await(
                () -> read("tagged").stream()
                        .anyMatch(record -> mediaId.equals(new String(record.key(), StandardCharsets.UTF_8))),
                mediaId);
    }

    private void await(BooleanSupplier condition, String mediaId) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            Pipeline running = pipeline;
            if (running != null && running.failure().isDone()) {
                throw new AssertionError("Expected " + mediaId + ", found a stopped topology", (Throwable)
                        running.failure().get());
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Expected " + mediaId + " within " + PATIENCE + ", found "
                        + (running == null
                                ? "no pipeline"
                                : running.runners().stream()
                                        .map(RunningTopology::state)
                                        .toList()));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private List<MediaRejected> rejections() {
        return read("rejected").stream()
                .map(record -> AvroSerde.rejected().read(record.value()))
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String kind) {
        TopicPartition partition = new TopicPartition(topic(kind), 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static MediaUploaded upload(String mediaId) {
        return MediaUploaded.newBuilder()
                .setMediaId(mediaId)
                .setContent(ByteBuffer.wrap(png()))
                .setUploadedAt(Instant.parse("2026-03-01T12:00:00Z"))
                .build();
    }

    private static byte[] zeroTime() throws IOException {
        return HexFormat.of()
                .parseHex(Files.readString(Path.of("src/test/resources/records/zerotime.avro.hex"))
                        .strip());
    }

    private static MediaEmbedded vector(Pipeline running, String mediaId) {
        ModelIdentity model = running.model().identity();
        float[] values = new float[model.dimension()];
        values[0] = 1;
        return MediaEmbedded.newBuilder()
                .setMediaId(mediaId)
                .setVector(Embedding.normalize(values).toLittleEndian())
                .setDimension(model.dimension())
                .setModelId(model.id())
                .setModelFingerprint(model.fingerprint())
                .setImageWidth(1)
                .setImageHeight(1)
                .setSourceTopic("foreign")
                .setSourcePartition(0)
                .setSourceOffset(1)
                .setUploadedAt(Instant.EPOCH)
                .setEmbeddedAt(Instant.EPOCH)
                .build();
    }

    private static MediaTagged tags(Pipeline running, String mediaId) {
        ModelIdentity model = running.model().identity();
        return MediaTagged.newBuilder()
                .setMediaId(mediaId)
                .setTags(List.of(TagRecords.tag("cat", "cat", 0.5, 0.2)))
                .setLabelSet("everyday")
                .setLabelSetVersion("1")
                .setMode(TaggingMode.EXCLUSIVE)
                .setThreshold(0)
                .setModelId(model.id())
                .setModelFingerprint(model.fingerprint())
                .setSourceTopic("foreign")
                .setSourcePartition(0)
                .setSourceOffset(1)
                .setUploadedAt(Instant.EPOCH)
                .setTaggedAt(Instant.EPOCH)
                .build();
    }

    private static byte[] png() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", bytes);
        } catch (IOException e) {
            throw new IllegalStateException("Expected to write a PNG in memory", e);
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
