package dev.clipstream.index.redis.query;

import static dev.clipstream.index.tck.TestMedia.deleteTags;
import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.IndexState;
import dev.clipstream.index.redis.MediaFields;
import dev.clipstream.index.redis.RedisCluster;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.index.redis.RedisSettings;
import dev.clipstream.index.redis.TestSettings;
import dev.clipstream.index.redis.Utf8;
import dev.clipstream.index.rules.MediaState;
import dev.clipstream.index.tck.TestMedia;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/// The hashes that the query engine would index, on a real, plain Redis 8, which does not index them.
class HashWriterTest {
    private static final ModelIdentity MODEL = TestMedia.model("three-axes", 'a', 3);
    private static final Keys KEYS = new Keys("media:", IndexName.of(MODEL));
    private static final IndexMeta<QueryParameters> META = new IndexMeta<>(
            KEYS.name(), MODEL, "0123abcd-born", new QueryParameters(VectorType.FLOAT32, 16, 200), IndexState.NEW);

    private static RedisServer server;
    private static RedisClient redis;
    private static RedisConnections connections;
    private static HashWriter writer;

    @BeforeAll
    static void startServer() throws Exception {
        server = RedisServer.start();
        redis = RedisClient.create(server.url());
        RedisSettings settings = TestSettings.at(server.url());
        connections = new RedisConnections(settings);
        writer = new HashWriter(connections, settings.tombstones(), KEYS, META);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            connections.close();
            redis.close();
            server.close();
        }
    }

    @BeforeEach
    void empty() {
        redis.flushAll();
        redis.hset(KEYS.meta(), Map.of(IndexMeta.BORN, META.born()));
    }

    private static Optional<IndexedMedia> shown(String mediaId) {
        return MediaFields.read(
                mediaId, redis.hmget(KEYS.doc(mediaId).getBytes(StandardCharsets.UTF_8), MediaFields.names()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void inAnyOrderOfWritesTheHashesFollowTheRule(long seed) {
        // given
        Random random = new Random(seed);
        List<MediaWrite> writes = new ArrayList<>();
        for (int version = 1; version <= 120; version++) {
            String id = "m" + random.nextInt(4);
            int upload = 1 + random.nextInt(6);
            writes.add(
                    switch (random.nextInt(6)) {
                        case 0 -> deleteVector(id, version);
                        case 1 -> deleteTags(id, version);
                        case 2, 3 ->
                            new MediaWrite.PutTags(
                                    id,
                                    TestMedia.version(version),
                                    "u" + upload,
                                    TestMedia.tagSet("cat", 0.007 * version, "dog", 0.5));
                        default -> TestMedia.vector(id, TestMedia.version(version), "u" + upload, 1, version, 0);
                    });
        }
        writes.addAll(List.copyOf(writes).subList(0, 60));
        Collections.shuffle(writes, random);
        Map<String, MediaState> states = new HashMap<>();

        for (List<MediaWrite> batch : List.of(writes.subList(0, 50), writes.subList(50, 180))) {
            // when
            List<WriteOutcome> outcomes = writer.write(batch);

            // then
            List<WriteOutcome> expected = new ArrayList<>();
            for (MediaWrite write : batch) {
                Optional<MediaState> after =
                        states.getOrDefault(write.mediaId(), MediaState.NONE).after(write);
                after.ifPresent(state -> states.put(write.mediaId(), state));
                expected.add(after.isPresent() ? WriteOutcome.APPLIED : WriteOutcome.STALE);
            }
            assertThat(outcomes).isEqualTo(expected);
            states.forEach(HashWriterTest::assertHashes);
        }
    }

    private static void assertHashes(String mediaId, MediaState state) {
        Optional<IndexedMedia> expected = state.shown(mediaId);
        assertThat(shown(mediaId)).isEqualTo(expected);
        // exactly one of the two hashes exists, and only the one that is not shown expires
        assertThat(redis.exists(KEYS.doc(mediaId))).isEqualTo(expected.isPresent());
        assertThat(redis.exists(KEYS.aside(mediaId))).isEqualTo(expected.isEmpty());
        assertThat(redis.ttl(KEYS.doc(mediaId))).isEqualTo(expected.isPresent() ? -1 : -2);
        if (expected.isPresent()) {
            Optional<TagSet> tags = expected.get().tags();
            assertThat(redis.hmget(KEYS.doc(mediaId), "media_id", "labels", "filter_tags", "filter_set"))
                    .containsExactly(
                            mediaId,
                            tags.map(set -> "cat,dog").orElse(""),
                            tags.map(set -> String.join(",", FilterQuery.words(set)))
                                    .orElse(""),
                            tags.map(TagSet::labelSet).orElse(""));
        } else {
            assertThat(redis.ttl(KEYS.aside(mediaId))).isBetween(600_000L, 604_800L);
        }
    }

    @Test
    void aVectorAndItsTagsAreWrittenWithOneCommand() throws Exception {
        // given
        server.send("CONFIG", "RESETSTAT");

        // when: two media, the tags of one of them twice
        List<WriteOutcome> outcomes = writer.write(List.of(
                vector("m1", 1, 1, 0, 0),
                vector("m2", 1, 1, 0, 0),
                tags("m1", 1, "cat", 0.9),
                tags("m2", 1, "cat", 0.9),
                tags("m1", 2, "dog", 0.9)));

        // then
        assertThat(outcomes).containsOnly(WriteOutcome.APPLIED);
        assertThat(server.send("INFO", "commandstats")).contains("cmdstat_hset:calls=3,");
        assertThat(shown("m2").orElseThrow().tags()).isPresent();
        assertThat(shown("m1").orElseThrow().tags())
                .isEmpty(); // they belong to a later upload, whose vector has not arrived
    }

    @Test
    void theVectorIsStoredAsItsBytes() {
        // when
        writer.write(List.of(vector("m1", 1, 0.6, 0.8, 0)));

        // then
        byte[] blob = redis.hget(KEYS.doc("m1").getBytes(StandardCharsets.UTF_8), Utf8.bytes("vector"));
        assertThat(VectorType.FLOAT32.read(blob)).isEqualTo(TestMedia.direction(0.6, 0.8, 0));
        assertThat(redis.hget(KEYS.doc("m1"), "filter_attributes")).isEqualTo("album=summer");
    }

    @Test
    void fieldsThatANewUploadLacksAreRemoved() {
        // given
        writer.write(List.of(vector("m1", 1, 1, 0, 0)));

        // when
        writer.write(List.of(new MediaWrite.PutVector(
                "m1",
                TestMedia.version(2),
                "u2",
                TestMedia.direction(0, 1, 0),
                new MediaDetails(null, null, 1, 1, TestMedia.NOON, Map.of()))));

        // then
        IndexedMedia media = shown("m1").orElseThrow();
        assertThat(media.details().uri()).isNull();
        assertThat(media.details().contentType()).isNull();
        assertThat(redis.hget(KEYS.doc("m1"), "filter_attributes")).isEmpty();
    }

    @Test
    void aLostIndexIsReportedAsMissing() {
        // when
        redis.flushAll();

        // then
        assertThatExceptionOfType(IndexMissingException.class)
                .isThrownBy(() -> writer.write(List.of(vector("m1", 1, 1, 0, 0))))
                .withMessageContaining("came back empty");
    }

    @Test
    void aFullServerRefusesWritesButNotDeletions() throws Exception {
        // given
        writer.write(List.of(vector("m1", 1, 1, 0, 0), tags("m1", 1, "cat", 0.9)));

        try {
            // when
            server.send("CONFIG", "SET", "maxmemory", "1");

            // then
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> writer.write(List.of(vector("m2", 1, 1, 0, 0))))
                    .withMessageContaining("maxmemory");
            assertThat(writer.write(List.of(deleteVector("m1", 2), deleteTags("m3", 1))))
                    .containsOnly(WriteOutcome.APPLIED);
            assertThat(shown("m1")).isEmpty();
        } finally {
            server.send("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(redis.exists(KEYS.doc("m2"), KEYS.aside("m2"))).isZero();
    }

    @Test
    void inAClusterHashesAreWrittenAndRemovedOnEveryNode(@TempDir Path folder) throws Exception {
        try (RedisCluster cluster = RedisCluster.start(folder);
                RedisConnections nodes = new RedisConnections(TestSettings.at(cluster.url()))) {
            // given
            nodes.execute(jedis -> jedis.hset(KEYS.meta(), IndexMeta.BORN, META.born()));

            // when
            new HashWriter(nodes, Duration.ofDays(7), KEYS, META)
                    .write(IntStream.range(0, 40)
                            .boxed()
                            .flatMap(i ->
                                    List.of(tags("{m}" + i, 1, "cat", 0.5), vector("{m}" + i, 1, 1, i, 0)).stream())
                            .toList());

            // then
            for (RedisServer node : cluster.nodes()) {
                assertThat(node.send("KEYS", KEYS.docs() + "*")).doesNotStartWith("*0");
            }
            Map<String, String> hash = nodes.execute(jedis -> jedis.hgetAll(KEYS.doc("{m}7")));
            assertThat(hash).containsEntry("media_id", "{m}7").containsEntry("labels", "cat");

            // when
            nodes.clear(KEYS.docs());

            // then
            for (RedisServer node : cluster.nodes()) {
                assertThat(node.send("KEYS", KEYS.docs() + "*")).startsWith("*0");
            }
        }
    }
}
