package dev.clipstream.index;

import static dev.clipstream.index.TestMedia.deleteTags;
import static dev.clipstream.index.TestMedia.deleteVector;
import static dev.clipstream.index.TestMedia.tags;
import static dev.clipstream.index.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/// The hashes that the query engine would index, written to a real, plain Redis 8: it knows the hashes, if not the
/// index over them.
class QueryWriterTest {
    private static final QueryKeys KEYS = new QueryKeys("media:", IndexName.of(MediaIndexContract.MODEL));
    private static final QueryMeta META =
            new QueryMeta(MediaIndexContract.MODEL, "0123abcd-born", VectorType.FLOAT32, 16, 200, IndexState.NEW);

    private static RedisServer server;
    private static RedisClient redis;
    private static RedisConnections connections;
    private static QueryWriter writer;

    @BeforeAll
    static void startServer() throws Exception {
        server = RedisServer.start();
        redis = RedisClient.create(server.url());
        RedisSettings settings = QueryCommandsTest.settings(server.url(), RedisEngine.QUERY_ENGINE);
        connections = new RedisConnections(settings);
        writer = new QueryWriter(connections, settings, KEYS, META);
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
        redis.hset(KEYS.meta(), META.toFields(KEYS));
    }

    private static Optional<IndexedMedia> shown(String mediaId) {
        return MediaFields.read(
                mediaId, redis.hmget(KEYS.doc(mediaId).getBytes(StandardCharsets.UTF_8), MediaFields.names()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void inWhateverOrderWritesComeTheHashesAreWhatTheRuleSays(long seed) {
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
            states.forEach(QueryWriterTest::assertHashes);
        }
    }

    private static void assertHashes(String mediaId, MediaState state) {
        Optional<IndexedMedia> expected = state.shown(mediaId);
        assertThat(shown(mediaId)).isEqualTo(expected);
        // one of the two hashes is there, and just the one that is not shown goes by itself
        assertThat(redis.exists(KEYS.doc(mediaId))).isEqualTo(expected.isPresent());
        assertThat(redis.exists(KEYS.aside(mediaId))).isEqualTo(expected.isEmpty());
        assertThat(redis.ttl(KEYS.doc(mediaId))).isEqualTo(expected.isPresent() ? -1 : -2);
        if (expected.isPresent()) {
            Optional<TagSet> tags = expected.get().tags();
            assertThat(redis.hmget(KEYS.doc(mediaId), "media_id", "labels", "filter_tags", "filter_set"))
                    .containsExactly(
                            mediaId,
                            tags.map(set -> "cat,dog").orElse(""),
                            tags.map(set -> String.join(",", QueryFilter.words(set)))
                                    .orElse(""),
                            tags.map(TagSet::labelSet).orElse(""));
        } else {
            assertThat(redis.ttl(KEYS.aside(mediaId))).isBetween(600_000L, 604_800L);
        }
    }

    @Test
    void aVectorAndItsTagsAreOneChangeOfTheHash() throws Exception {
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
        assertThat(shown("m1").orElseThrow().tags()).isEmpty(); // those of a later upload, whose vector is to come
    }

    @Test
    void theVectorIsStoredAsItsBytes() {
        // when
        writer.write(List.of(vector("m1", 1, 0.6, 0.8, 0)));

        // then
        byte[] blob = redis.hget(KEYS.doc("m1").getBytes(StandardCharsets.UTF_8), RedisScript.bytes("vector"));
        assertThat(VectorType.FLOAT32.read(blob)).isEqualTo(TestMedia.direction(0.6, 0.8, 0));
        assertThat(redis.hget(KEYS.doc("m1"), "filter_attributes")).isEqualTo("album=summer");
    }

    @Test
    void whatANewUploadDoesNotTellIsNotKeptFromTheOld() {
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
    void anIndexThatWasLostIsMissed() {
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
    void aServerWithoutTheQueryEngineIsServedByVectorSets() {
        try (MediaIndexes indexes = RedisIndexes.at(QueryCommandsTest.settings(server.url(), RedisEngine.AUTO))) {
            // when
            Optional<MediaIndex> live = indexes.live();

            // then
            assertThat(live).isEmpty();
            assertThat(indexes.kind()).isEqualTo(VectorSetIndexes.KIND);
            // and the index of the other kind that is there is left alone
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> indexes.open(MediaIndexContract.MODEL))
                    .withMessageContaining("index.prefix");
        }
    }

    @Test
    void aServerThatLacksWhatIsDemandedSaysSo() {
        try (MediaIndexes indexes =
                RedisIndexes.at(QueryCommandsTest.settings(server.url(), RedisEngine.QUERY_ENGINE))) {
            redis.del(KEYS.meta());
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> indexes.open(MediaIndexContract.MODEL))
                    .withMessageContaining("unknown command");
        }
    }
}
