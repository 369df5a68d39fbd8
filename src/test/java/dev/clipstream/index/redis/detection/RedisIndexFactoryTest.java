package dev.clipstream.index.redis.detection;

import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexAddress;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.redis.QueryEngineServer;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.index.redis.RedisSettings;
import dev.clipstream.index.redis.TestSettings;
import dev.clipstream.index.redis.vectorset.Quantization;
import dev.clipstream.index.tck.TestMedia;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.RedisClient;

/// Which engine is picked, and how two engines at one server leave each other's indexes alone.
class RedisIndexFactoryTest {
    private static final ModelIdentity MODEL = TestMedia.model("three-axes", 'a', 3);

    private static RedisIndexFactory at(RedisEngine engine, RedisSettings redis) {
        return RedisDeploymentsTest.factory(engine, redis, 1, Quantization.Q8);
    }

    private static RedisIndexFactory at(RedisEngine engine, String url) {
        return at(engine, TestSettings.at(url));
    }

    @Test
    void anAddressNamesTheEngineAndNoSecret() {
        assertThat(at(RedisEngine.VECTOR_SETS, "redis://me:s3cret@a:1").address())
                .contains(new IndexAddress(
                        "redis://me:PASSWORD@a:1", Map.of("prefix", "media:", "engine", "vector_sets")));
    }

    @Test
    void aServerWithNeitherEngineIsUnavailable() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerThatNoCommandIsKnown(server));
            RedisIndexFactory factory = at(RedisEngine.AUTO, "redis://127.0.0.1:" + server.getLocalPort());

            try (MediaIndexes indexes = factory.open()) {
                assertThatExceptionOfType(IndexUnavailableException.class)
                        .isThrownBy(indexes::list)
                        .withMessageContaining("found one with neither");
            }
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> factory.bareClient(MODEL))
                    .withMessageContaining("found one with neither");
        }
    }

    /// Serves one connection after another, each until the client closes it. A request is an array of strings.
    private static void answerThatNoCommandIsKnown(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept();
                    BufferedReader requests = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String size = requests.readLine(); size != null; size = requests.readLine()) {
                    List<String> request = new ArrayList<>();
                    for (int left = Integer.parseInt(size.substring(1)); left > 0; left--) {
                        var _ = requests.readLine(); // the length
                        request.add(requests.readLine());
                    }
                    String answer = request.getFirst().equals("COMMAND") ? "*1\r\n*-1\r\n" : "+OK\r\n";
                    client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException closed) {
                // by the client or the test
            }
        }
    }

    /// A plain Redis 8.
    @Nested
    class WithoutTheQueryEngine {
        private RedisServer server;

        @BeforeEach
        void start() throws Exception {
            server = RedisServer.start();
        }

        @AfterEach
        void stop() {
            if (server != null) {
                server.close();
            }
        }

        @Test
        void vectorSetsArePicked() {
            try (MediaIndexes indexes = at(RedisEngine.AUTO, server.url()).open()) {
                // given
                assertThat(indexes.kind()).isEqualTo("redis");

                // when
                Optional<MediaIndex> live = indexes.live();

                // then
                assertThat(live).isEmpty();
                assertThat(indexes.kind()).isEqualTo("vector-sets");
            }
        }

        @Test
        void anIndexOfTheQueryEngineIsLeftAlone() throws Exception {
            // given
            server.send("HSET", "media:" + IndexName.of(MODEL) + ":meta", "engine", "query-engine");

            try (MediaIndexes indexes = at(RedisEngine.AUTO, server.url()).open()) {
                // when, then
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> indexes.open(MODEL))
                        .withMessageContaining("index.prefix");
            }
        }

        @Test
        void aServerThatLacksTheEngineThatTheSettingsNameIsUnavailable() {
            try (MediaIndexes indexes =
                    at(RedisEngine.QUERY_ENGINE, server.url()).open()) {
                assertThatExceptionOfType(IndexUnavailableException.class)
                        .isThrownBy(() -> indexes.open(MODEL))
                        .withMessageContaining("unknown command");
            }
        }

        @Test
        void aStoppedServerIsNoErrorBeforeItIsNeeded() throws Exception {
            // given
            server.kill();

            try (MediaIndexes indexes = at(RedisEngine.AUTO, server.url()).open()) {
                // when, then
                assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.DOWN);
                assertThatExceptionOfType(IndexUnavailableException.class).isThrownBy(indexes::list);

                // when
                server.restart();

                // then
                assertThat(indexes.list()).isEmpty();
            }
        }

        @Test
        void theDocumentedRightsOfAUserSuffice() throws Exception {
            // given: the rights in docs/redis.md
            server.send(
                    "ACL",
                    "SETUSER",
                    "clip",
                    "on",
                    ">secret",
                    "~media:*",
                    "+@read",
                    "+@write",
                    "+@scripting",
                    "+@connection",
                    "+command",
                    "+vadd",
                    "+vrem",
                    "+vsetattr",
                    "+vsim",
                    "+vcard",
                    "+vemb");
            String url = server.url().replace("//", "//clip:secret@");
            try (MediaIndexes theirs = at(RedisEngine.AUTO, url).open()) {
                // when
                assertThat(theirs.open(MODEL).isFilling()).isTrue(); // the live one
                MediaIndex other = theirs.open(TestMedia.model("another", 'f', 3));
                other.write(List.of(vector("m1", 1, 1, 0, 0), tags("m1", 1, "cat", 0.9), deleteVector("m2", 2)));

                // then
                assertThat(other.nearest(NearestQuery.of(TestMedia.direction(1, 0, 0), 10)))
                        .hasSize(1);
                assertThat(theirs.health().state()).isEqualTo(IndexHealth.State.UP);
                assertThat(theirs.list()).hasSize(2);
                theirs.drop(IndexName.of(other.model()));
                assertThat(theirs.list()).hasSize(1);
            }

            // when: a user who may not write
            server.send("ACL", "SETUSER", "clip", "-@write");

            // then
            try (MediaIndexes theirs = at(RedisEngine.AUTO, url).open()) {
                assertThat(theirs.health().state()).isEqualTo(IndexHealth.State.READ_ONLY);
                assertThatExceptionOfType(IndexUnavailableException.class)
                        .isThrownBy(() -> theirs.open(TestMedia.model("third", 'e', 3)))
                        .withMessageContaining("index.user")
                        .withMessageNotContaining("secret");
            }
        }

        @ParameterizedTest
        @CsvSource({
            "eval, -eval -evalsha, READ_ONLY",
            "vadd, -vadd, READ_ONLY",
            "hset, -hset, READ_ONLY",
            "vsim, -vsim, DOWN"
        })
        void aUserWhoLacksACommandIsNotReportedAsUp(String command, String rights, IndexHealth.State expected)
                throws Exception {
            // given
            List<String> acl = new ArrayList<>(List.of("ACL", "SETUSER", "clip", "on", ">secret", "~media:*", "+@all"));
            acl.addAll(List.of(rights.split(" ", -1)));
            server.send(acl.toArray(String[]::new));

            // when
            try (MediaIndexes theirs = at(RedisEngine.AUTO, server.url().replace("//", "//clip:secret@"))
                    .open()) {
                // then
                IndexHealth health = theirs.health();
                assertThat(health.state()).isEqualTo(expected);
                assertThat(health.message())
                        .containsIgnoringCase(command)
                        .contains("index.user")
                        .doesNotContain("secret");
            }
        }

        @Test
        void mediaThatRedisEvictsAreReported() throws Exception {
            // given
            server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
            try (MediaIndexes indexes =
                    at(RedisEngine.VECTOR_SETS, server.url()).open()) {
                MediaIndex index = indexes.open(MODEL);
                for (int i = 0; i < 300; i++) {
                    index.write(List.of(vector("m" + i, 1, 1, 0, 0)));
                }
                assertThat(index.describe().failures()).isZero();
                assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.UP);
                assertThat(indexes.health().message()).contains("allkeys-lru", "noeviction");
            }
            for (int i = 0; i < 100; i++) {
                server.send("DEL", "media:" + IndexName.of(MODEL) + ":{0}:doc:m" + i); // as an eviction does
            }
            evictSomething();

            // when
            try (MediaIndexes indexes =
                    at(RedisEngine.VECTOR_SETS, server.url()).open()) {
                // then: counted in the background
                MediaIndex index = indexes.open(MODEL);
                IndexDescription described = index.describe();
                for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
                        described.failures() == 0 && System.nanoTime() < end;
                        described = index.describe()) {
                    Thread.sleep(10);
                }
                assertThat(described.media()).isEqualTo(300);
                assertThat(described.failures()).isEqualTo(100);
            }
        }

        /// Has Redis evict a large key that no index uses.
        private void evictSomething() throws Exception {
            server.send("CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
            server.send("SET", "other", "x".repeat(1 << 20), "EX", "1000");
            String memory = server.send("INFO", "memory");
            long used = Long.parseLong(memory.replaceAll("(?s).*used_memory:(\\d+).*", "$1"));
            server.send("CONFIG", "SET", "maxmemory", Long.toString(used - (1 << 19)));
            assertThat(server.send("INFO", "stats")).doesNotContain("evicted_keys:0");
            server.send("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Nested
    class WithTheQueryEngine {
        private RedisSettings settings;
        private MediaIndexes indexes;

        @BeforeEach
        void open() {
            settings = TestSettings.at(QueryEngineServer.url(), QueryEngineServer.newPrefix());
            indexes = at(RedisEngine.AUTO, settings).open();
        }

        @AfterEach
        void removeAll() {
            if (indexes != null) {
                indexes.close();
                QueryEngineServer.clear(settings.prefix());
            }
        }

        @ParameterizedTest
        @CsvSource({"ft.search, DOWN", "ft.create, READ_ONLY", "hset, READ_ONLY"})
        void aUserWhoLacksACommandIsNotReportedAsUp(String command, IndexHealth.State expected) throws Exception {
            try (RedisServer own = RedisServer.startWithQueryEngine()) {
                // given
                own.send("ACL", "SETUSER", "clip", "on", ">secret", "~media:*", "+@all", "-" + command);

                // when
                try (MediaIndexes theirs = at(
                                RedisEngine.QUERY_ENGINE, own.url().replace("//", "//clip:secret@"))
                        .open()) {
                    // then
                    IndexHealth health = theirs.health();
                    assertThat(health.state()).isEqualTo(expected);
                    assertThat(health.message())
                            .containsIgnoringCase(command)
                            .contains("index.user")
                            .doesNotContain("secret");
                }
            }
        }

        @Test
        void itIsPicked() {
            assertThat(indexes.open(MODEL).describe().kind()).isEqualTo("query-engine");
            assertThat(indexes.kind()).isEqualTo("query-engine");
        }

        @Test
        void anIndexOfVectorSetsIsNotDroppedByMistake() {
            // given
            indexes.open(TestMedia.model("three-axes", 'c', 3)); // the live one
            try (MediaIndexes sets = at(RedisEngine.VECTOR_SETS, settings).open();
                    RedisClient redis = RedisClient.create(settings.url())) {
                sets.open(MODEL).write(List.of(vector("m1", 1, 1, 0, 0)));
                String name = IndexName.of(MODEL);

                // when
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> indexes.drop(name))
                        .withMessageContaining("another kind");

                // then
                assertThat(sets.find(MODEL).orElseThrow().get("m1")).isPresent();
                sets.drop(name);
                assertThat(redis.keys(settings.prefix() + name + "*")).isEmpty();
            }
        }

        @Test
        void anIndexOfTheQueryEngineIsNeitherOpenedNorDroppedAsVectorSets() {
            // given
            MediaIndex index = indexes.open(MODEL);
            index.write(List.of(vector("m1", 1, 1, 0, 0)));
            try (MediaIndexes sets = at(RedisEngine.VECTOR_SETS, settings).open()) {
                // when, then
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> sets.open(MODEL))
                        .withMessageContaining("index.prefix");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> sets.drop(IndexName.of(MODEL)))
                        .withMessageContaining("another kind");
            }
            assertThat(index.get("m1")).isPresent();
        }
    }
}
