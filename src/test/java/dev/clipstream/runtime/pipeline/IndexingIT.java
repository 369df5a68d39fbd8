package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.TagRecords;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.kafka.RunningTopology;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.search.MediaSearch;
import dev.clipstream.search.SearchException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The topology `indexing` against a real broker and a real Redis that fails.
class IndexingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final MediaFilter CATS = MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of());

    private static EmbeddedBroker broker;
    private RedisServer redis;
    private @Nullable Pipeline pipeline;
    private String name = "";
    private KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
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

    @ParameterizedTest
    @ValueSource(strings = {"vector-sets", "query-engine"})
    void mediaAreIndexedAlthoughRedisWasUnavailableFullOrLost(String engine) throws Exception {
        // given
        if (engine.equals("query-engine")) {
            redis.close();
            redis = RedisServer.startWithQueryEngine();
        }
        Pipeline indexing = run("troubles-" + engine);
        publish(indexing.model().identity(), 0, 200);
        awaitCats(indexing, 200);
        assertThat(indexing.indexes().orElseThrow().kind()).isEqualTo(engine);

        // when: killed while events arrive, and empty after the restart
        redis.kill();
        publish(indexing.model().identity(), 200, 300);
        awaitHealth(indexing, IndexHealth.State.DOWN);
        assertThat(indexing.failure()).isNotDone();
        redis.restartAsBefore();

        // then: no search succeeds before all media are there
        awaitSearches(indexing, 300);
        awaitCats(indexing, 300);

        // when: full
        redis.send("CONFIG", "SET", "maxmemory", "1");
        publish(indexing.model().identity(), 300, 400);
        awaitHealth(indexing, IndexHealth.State.READ_ONLY);
        redis.send("CONFIG", "SET", "maxmemory", "0");

        // then
        awaitCats(indexing, 400);

        // when: emptied while nothing is written
        redis.send("FLUSHALL");

        // then
        awaitCats(indexing, 400);
        assertThat(indexing.failure()).isNotDone();
    }

    @Test
    void aRedisThatReturnsWithAnOldSnapshotIsFilledAgain(@TempDir Path folder) throws Exception {
        // given
        redis.close();
        redis = RedisServer.start("--dir", folder.toString());
        Pipeline indexing = run("snapshot");
        publish(indexing.model().identity(), 0, 200);
        awaitCats(indexing, 200);
        awaitSearches(indexing, 200);
        redis.send("SAVE");
        publish(indexing.model().identity(), 200, 300);
        awaitCats(indexing, 300);
        TimeUnit.SECONDS.sleep(1); // the offsets are committed, so the records would not be read again

        // when
        redis.kill();
        redis.restart("--dir", folder.toString());

        // then: searches continue in the snapshot
        assertThat(awaitSearches(indexing, 200)).isLessThan(20);
        awaitCats(indexing, 300);
    }

    @Test
    void indexingWaitsForARedisThatIsUnavailableAtTheStart() throws Exception {
        // given
        redis.kill();
        Pipeline indexing = run("late");
        publish(indexing.model().identity(), 0, 50);
        await(() -> indexing.runners().stream().map(RunningTopology::state).toList(), List.of("WAITING_FOR_INDEX"));

        // when
        redis.restart();

        // then
        awaitCats(indexing, 50);
    }

    private Pipeline run(String test) throws StartException {
        name = test;
        broker.createTopics(List.of(
                new NewTopic(topic("embedded"), 2, (short) 1),
                new NewTopic(topic("tagged"), 2, (short) 1),
                new NewTopic(topic("rejected"), 1, (short) 1)));
        Map<String, String> settings = new HashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.application-id", test);
        settings.put("clipstream.topologies", "indexing");
        settings.put("clipstream.topics.embedded", topic("embedded"));
        settings.put("clipstream.topics.tagged", topic("tagged"));
        settings.put("clipstream.topics.rejected", topic("rejected"));
        settings.put("clipstream.index.url", redis.url());
        settings.put("clipstream.index.max-backoff", "1s");
        settings.put("clipstream.shutdown-timeout", "5s");
        Pipeline started = Pipeline.create(
                Settings.of(settings), new SimpleMeterRegistry(), Clock.systemUTC(), UnaryOperator.identity());
        pipeline = started;
        started.start();
        return started;
    }

    private String topic(String kind) {
        return name + "." + kind;
    }

    private static void awaitHealth(Pipeline indexing, IndexHealth.State expected) throws InterruptedException {
        await(() -> indexing.indexes().orElseThrow().health().state(), expected);
    }

    /// Waits until the index has vectors and tags of the given number of media.
    private static void awaitCats(Pipeline indexing, long expected) throws InterruptedException {
        await(
                () -> {
                    try {
                        return indexing.indexes()
                                .orElseThrow()
                                .find(indexing.model().identity())
                                .map(index -> index.count(CATS))
                                .orElse(-1L);
                    } catch (IndexException e) {
                        return -1L; // unavailable or lost
                    }
                },
                expected);
    }

    /// Searches until it succeeds.
    ///
    /// @param least media that an answer has to know
    /// @return how often it was refused
    private static int awaitSearches(Pipeline indexing, long least) throws InterruptedException {
        MediaSearch search = indexing.lookups().orElseThrow().get().search();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int refused = 0; System.nanoTime() < deadline; refused++) {
            try {
                assertThat(search.count(MediaFilter.ALL)).isGreaterThanOrEqualTo(least);
                return refused;
            } catch (SearchException e) {
                assertThat(e.getMessage()).contains("Try again");
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new AssertionError("Expected an answer, found none");
    }

    private static <T> void await(Supplier<T> found, T expected) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = found.get();
        while (!last.equals(expected) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(100);
            last = found.get();
        }
        assertThat(last).isEqualTo(expected);
    }

    private void publish(ModelIdentity model, int from, int to) {
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
                    .setTags(List.of(TagRecords.tag("cat", "cat", 0.5, 0.2)))
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
                    topic("embedded"), id, AvroSerde.embedded().write(vector)));
            var _ = producer.send(
                    new ProducerRecord<>(topic("tagged"), id, AvroSerde.tagged().write(tags)));
        }
        producer.flush();
    }
}
