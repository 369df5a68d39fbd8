package dev.clipstream.index;

import static dev.clipstream.index.TestMedia.tags;
import static dev.clipstream.index.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real servers as others run them: a cluster, and behind sentinels.
class RedisDeploymentsTest {
    @TempDir
    private static Path folder;

    private static RedisSettings at(String url) {
        return new RedisSettings(
                url,
                null,
                null,
                "media:",
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                16,
                4,
                RedisSettings.Quantization.NOQUANT,
                16,
                200,
                Duration.ofDays(7),
                RedisEngine.AUTO,
                VectorType.FLOAT32,
                100,
                true);
    }

    /// Four shards on three nodes.
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Cluster extends MediaIndexContract {
        private RedisCluster cluster;

        @BeforeAll
        void startCluster() throws Exception {
            cluster = RedisCluster.start(folder);
        }

        @AfterAll
        void stopCluster() {
            if (cluster != null) {
                cluster.close();
            }
        }

        @Override
        MediaIndexes createStore() throws IOException {
            cluster.empty();
            return reopenStore();
        }

        @Override
        MediaIndexes reopenStore() {
            return RedisIndexes.at(at(cluster.url()));
        }

        @Override
        double tolerance() {
            return 1e-5;
        }

        @Test
        void theShardsOfAnIndexLieOnAllNodes() throws IOException {
            // when
            index.write(IntStream.range(0, 40)
                    .mapToObj(i -> vector("m" + i, 1, 1, i, 0))
                    .toList());

            // then
            for (RedisServer node : cluster.nodes()) {
                assertThat(node.send("KEYS", "media:*:doc:*")).doesNotStartWith("*0");
            }
        }

        @Test
        void theServersAreThePrimariesWithSlots() throws Exception {
            try (RedisConnections redis = new RedisConnections(at(cluster.url()))) {
                String servers = redis.servers();

                assertThat(servers.split(",", -1))
                        .hasSize(cluster.nodes().size())
                        .doesNotHaveDuplicates();
                for (RedisServer node : cluster.nodes()) {
                    assertThat(node.send("INFO", "server")).containsAnyOf(servers.split(",", -1));
                }
                assertThat(redis.servers()).isEqualTo(servers);
            }
        }

        @Test
        void theHashesOfTheQueryEngineAreWrittenAndRemovedOnEveryNode() throws Exception {
            // given
            QueryKeys keys = new QueryKeys("media:", "n");
            QueryMeta meta = new QueryMeta(MODEL, "0123abcd-born", VectorType.FLOAT32, 16, 200, IndexState.NEW);
            try (RedisConnections redis = new RedisConnections(at(cluster.url()))) {
                redis.ask(jedis -> jedis.hset(keys.meta(), meta.toFields(keys)));

                // when
                new QueryWriter(redis, at(cluster.url()), keys, meta)
                        .write(IntStream.range(0, 40)
                                .boxed()
                                .flatMap(i ->
                                        List.of(tags("{m}" + i, 1, "cat", 0.5), vector("{m}" + i, 1, 1, i, 0)).stream())
                                .toList());

                // then
                for (RedisServer node : cluster.nodes()) {
                    assertThat(node.send("KEYS", "media:n:doc:*")).doesNotStartWith("*0");
                }
                Map<String, String> hash = redis.ask(jedis -> jedis.hgetAll(keys.doc("{m}7")));
                assertThat(hash).containsEntry("media_id", "{m}7").containsEntry("labels", "cat");

                // when
                redis.clear(keys.docs());

                // then
                for (RedisServer node : cluster.nodes()) {
                    assertThat(node.send("KEYS", "media:n:doc:*")).startsWith("*0");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'',a,false", "a,a,false", "a,b,true", "'a,b','a,b,c',false", "'a,b,c','a,b',false", "'a,b','a,c',true"
    })
    void onlyServersInPlaceOfOthersBeginAGeneration(String before, String now, boolean expected) {
        assertThat(RedisCatalogue.isReplaced(before, now)).isEqualTo(expected);
    }

    @Test
    void aNodeThatIsAwayIsUnavailableAndWhatItLostIsMissed() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(Files.createDirectory(folder.resolve("losing")));
                MediaIndexes indexes = RedisIndexes.at(at(cluster.url()))) {
            // given
            MediaIndex index = indexes.open(MediaIndexContract.MODEL);
            List<MediaWrite> batch = IntStream.range(0, 40)
                    .mapToObj(i -> vector("m" + i, 1, 1, i, 0))
                    .toList();
            index.write(batch);
            NearestQuery query = NearestQuery.of(TestMedia.direction(1, 0, 0), 10);

            // when: the node of shard 0 is killed
            RedisServer node = cluster.nodes().getLast();
            node.kill();

            // then
            assertThatExceptionOfType(IndexUnavailableException.class).isThrownBy(() -> index.nearest(query));
            assertThatExceptionOfType(IndexUnavailableException.class).isThrownBy(() -> index.write(batch));

            // when
            node.restartAsBefore();
            cluster.awaitWhole();

            // then
            assertThatExceptionOfType(IndexMissingException.class).isThrownBy(() -> index.nearest(query));

            // when
            MediaIndex again = indexes.open(MediaIndexContract.MODEL);

            // then
            assertThat(again.count(MediaFilter.ALL)).isZero();
            assertThat(again.write(batch)).hasSize(40).containsOnly(WriteOutcome.APPLIED);
        }
    }

    @Test
    void overTlsTheServersCertificateMustBeTrustedAndNameItsHost() throws Exception {
        // given
        Path certified = Files.createDirectory(folder.resolve("tls"));
        TestCertificate certificate = TestCertificate.create(certified);
        int port = RedisServer.freePort();
        try (RedisServer server = RedisServer.start(
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.certificate().toString(),
                "--tls-key-file",
                certificate.key().toString(),
                "--tls-auth-clients",
                "no")) {
            // when, then
            assertThat(server.send("PING")).isEqualTo("+PONG\r\n");
            assertThat(list("rediss://127.0.0.1:" + port, certificate.trustStore()))
                    .isZero();
            assertThat(list("rediss://localhost:" + port, certificate.trustStore()))
                    .as("a host that the certificate does not name")
                    .isNotZero();
            assertThat(list("rediss://127.0.0.1:" + port, null))
                    .as("a certificate that is not trusted")
                    .isNotZero();
        }
    }

    /// Lists indexes in a JVM of its own, whose trust is fixed when it starts.
    private static int list(String url, @Nullable Path trusted) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        if (trusted != null) {
            command.add("-Djavax.net.ssl.trustStore=" + trusted);
            command.add("-Djavax.net.ssl.trustStorePassword=" + TestCertificate.PASSWORD);
        }
        command.addAll(List.of("dev.clipstream.cli.Clipstream", "index", "list", "--index", url));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void thePrimaryIsFoundBySentinels() throws Exception {
        try (RedisServer primary = RedisServer.start();
                RedisServer sentinel = RedisServer.startSentinel(folder, primary);
                MediaIndexes indexes =
                        RedisIndexes.at(at("redis-sentinel://127.0.0.1:" + sentinel.port() + "/primary"))) {
            // given
            MediaIndex index = indexes.open(MediaIndexContract.MODEL);

            // when
            index.write(List.of(vector("m1", 1, 1, 0, 0)));

            // then
            assertThat(index.get("m1")).isPresent();
            assertThat(primary.send("EXISTS", "media:live")).isEqualTo(":1\r\n");
            assertThat(indexes.kind()).isEqualTo(VectorSetIndexes.KIND);
        }
    }
}
