package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Embedding and tagging on a real broker, with a commit interval of ten minutes.
class CommitPaceIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Topics TOPICS = Topics.DEFAULT;

    private EmbeddedBroker broker;
    private Pipeline pipeline;
    private KafkaProducer<String, byte[]> producer;
    private KafkaConsumer<String, byte[]> committed;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(
                Stream.of(TOPICS.uploaded(), TOPICS.backfill(), TOPICS.embedded(), TOPICS.tagged(), TOPICS.rejected())
                        .map(topic -> new NewTopic(topic, 1, (short) 1))
                        .toList());
        pipeline = Pipeline.create(
                Settings.of(Map.of(
                        "clipstream.bootstrap-servers", broker.bootstrapServers(),
                        "clipstream.topologies", "embedding,tagging",
                        "clipstream.kafka.commit.interval.ms", "600000",
                        "clipstream.kafka.producer.transaction.timeout.ms", "900000")),
                new SimpleMeterRegistry(),
                Clock.systemUTC(),
                device -> device);
        pipeline.start();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
        committed = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        committed.close();
        producer.close();
        pipeline.close();
        broker.close();
    }

    @Test
    void tagsAreCommittedLongBeforeTheIntervalAndOnceForEachUpload() throws Exception {
        // given
        byte[] image = Files.readAllBytes(Home.samples().resolve("cat-on-pink.jpg"));
        TopicPartition embedded = follow(TOPICS.embedded());
        TopicPartition tagged = follow(TOPICS.tagged());

        for (int i = 1; i <= 3; i++) {
            // when
            String mediaId = upload(image);

            // then
            await(tagged, mediaId);
            // a record and the end of its transaction
            assertThat(committed.endOffsets(List.of(embedded, tagged)))
                    .isEqualTo(Map.of(embedded, 2L * i, tagged, 2L * i));
        }
    }

    @Test
    void rejectionsAreCommittedLongBeforeTheInterval() throws Exception {
        // given
        TopicPartition rejected = follow(TOPICS.rejected());

        // when
        String mediaId = upload(new byte[100]);

        // then
        await(rejected, mediaId);
    }

    private TopicPartition follow(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        committed.assign(List.of(partition));
        committed.seekToBeginning(List.of(partition));
        return partition;
    }

    private String upload(byte[] image) throws Exception {
        String mediaId = UUID.randomUUID().toString();
        MediaUploaded event = MediaUploaded.newBuilder()
                .setMediaId(mediaId)
                .setContent(ByteBuffer.wrap(image))
                .setUploadedAt(Instant.now())
                .build();
        producer.send(new ProducerRecord<>(
                        TOPICS.uploaded(), mediaId, AvroSerde.uploaded().write(event)))
                .get();
        return mediaId;
    }

    private void await(TopicPartition partition, String mediaId) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<String, byte[]> record : committed.poll(Duration.ofMillis(50))) {
                if (mediaId.equals(record.key())) {
                    return;
                }
            }
        }
        throw new AssertionError("Expected a committed record of " + mediaId + " on " + partition + " within "
                + PATIENCE + ", found none");
    }
}
