package dev.clipstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Tag;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.event.Topics;
import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.RedisServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The topology `indexing` against a real broker and a real Redis that has its troubles.
class IndexingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final MediaFilter CATS = MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of());

    private static EmbeddedBroker broker;
    private RedisServer redis;
    private Pipeline pipeline;
    private KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(List.of(
                new NewTopic(Topics.DEFAULT.embedded(), 2, (short) 1),
                new NewTopic(Topics.DEFAULT.tagged(), 2, (short) 1),
                new NewTopic(Topics.DEFAULT.rejected(), 1, (short) 1)));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        if (pipeline != null) {
            pipeline.close();
        }
        if (redis != null) {
            producer.close();
            redis.close();
        }
    }

    @Test
    void whatWasWrittenWhileRedisWasAwayOrLostIsThereInTheEnd() throws Exception {
        // given
        run("a");
        publish(0, 200);
        awaitCount(200, index -> index.count(CATS));

        // when: killed, with events that come meanwhile, and empty on return
        redis.kill();
        publish(200, 300);
        TimeUnit.SECONDS.sleep(2);
        assertThat(pipeline.indexes().orElseThrow().health().state()).isEqualTo(IndexHealth.State.DOWN);
        assertThat(pipeline.failure()).isNotDone();
        redis.restart();

        // then
        awaitCount(300, index -> index.count(CATS));

        // when: full
        redis.send("CONFIG", "SET", "maxmemory", "1");
        publish(300, 400);
        TimeUnit.SECONDS.sleep(2);
        assertThat(pipeline.indexes().orElseThrow().health().state()).isEqualTo(IndexHealth.State.READ_ONLY);
        redis.send("CONFIG", "SET", "maxmemory", "0");

        // then
        awaitCount(400, index -> index.count(CATS));

        // when: emptied in a quiet hour
        redis.send("FLUSHALL");

        // then
        awaitCount(400, index -> index.count(CATS));
        assertThat(pipeline.failure()).isNotDone();
    }

    @Test
    void aRedisThatIsNotThereAtTheStartIsWaitedFor() throws Exception {
        // given
        redis.kill();
        run("b");
        publish(0, 50);
        TimeUnit.SECONDS.sleep(1);

        // when
        redis.restart();

        // then
        awaitCount(50, index -> index.count(MediaFilter.ALL) >= 50 ? 50 : 0);
    }

    private void run(String application) throws StartException {
        pipeline = Pipeline.create(
                Settings.of(Map.of(
                        "clipstream.bootstrap-servers",
                        broker.bootstrapServers(),
                        "clipstream.application-id",
                        application,
                        "clipstream.topologies",
                        "indexing",
                        "clipstream.index.url",
                        redis.url(),
                        "clipstream.index.max-backoff",
                        "1s",
                        "clipstream.shutdown-timeout",
                        "5s")),
                new SimpleMeterRegistry(),
                Clock.systemUTC(),
                UnaryOperator.identity());
        pipeline.start();
    }

    private void awaitCount(long expected, ToLongFunction<MediaIndex> count) throws InterruptedException {
        MediaIndexes indexes = pipeline.indexes().orElseThrow();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long found = -1;
        while (found != expected && System.nanoTime() < deadline) {
            try {
                found = indexes.find(pipeline.model().identity())
                        .map(count::applyAsLong)
                        .orElse(-1L);
            } catch (IndexException e) {
                found = -1; // away, or just found to be gone
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(found).isEqualTo(expected);
    }

    private void publish(int from, int to) throws Exception {
        ModelIdentity model = pipeline.model().identity();
        for (int i = from; i < to; i++) {
            float[] values = new float[model.dimension()];
            values[i % values.length] = 1;
            values[0] += 0.5f;
            String id = "m" + i;
            MediaEmbedded vector = MediaEmbedded.newBuilder()
                    .setMediaId(id)
                    .setVector(Embedding.normalize(values).toLittleEndian())
                    .setDimension(model.dimension())
                    .setModelId(model.id())
                    .setModelFingerprint(model.fingerprint())
                    .setImageWidth(1)
                    .setImageHeight(1)
                    .setSourceTopic("media.uploaded")
                    .setSourcePartition(0)
                    .setSourceOffset(i)
                    .setUploadedAt(Instant.EPOCH.plusSeconds(i))
                    .setEmbeddedAt(Instant.EPOCH.plusSeconds(i))
                    .build();
            MediaTagged tags = MediaTagged.newBuilder()
                    .setMediaId(id)
                    .setTags(List.of(new Tag("cat", "cat", 0.5, 0.2)))
                    .setLabelSet("everyday")
                    .setLabelSetVersion("1")
                    .setMode(TaggingMode.EXCLUSIVE)
                    .setThreshold(0)
                    .setModelId(model.id())
                    .setModelFingerprint(model.fingerprint())
                    .setSourceTopic("media.uploaded")
                    .setSourcePartition(0)
                    .setSourceOffset(i)
                    .setUploadedAt(Instant.EPOCH.plusSeconds(i))
                    .setTaggedAt(Instant.EPOCH.plusSeconds(i))
                    .build();
            var _ = producer.send(new ProducerRecord<>(
                    Topics.DEFAULT.embedded(), id, AvroSerde.embedded().write(vector)));
            var _ = producer.send(new ProducerRecord<>(
                    Topics.DEFAULT.tagged(), id, AvroSerde.tagged().write(tags)));
        }
        producer.flush();
    }
}
