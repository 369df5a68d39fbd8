package dev.clipstream.index.redis.detection;

import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.redis.RedisCluster;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.index.redis.RedisSettings;
import dev.clipstream.index.redis.TestCertificate;
import dev.clipstream.index.redis.TestSettings;
import dev.clipstream.index.redis.query.QueryEngineSettings;
import dev.clipstream.index.redis.query.VectorType;
import dev.clipstream.index.redis.vectorset.Quantization;
import dev.clipstream.index.redis.vectorset.VectorSetSettings;
import dev.clipstream.index.tck.MediaIndexTck;
import dev.clipstream.index.tck.TestMedia;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Real servers in deployments: a cluster, TLS, sentinels.
class RedisDeploymentsTest {
    private static final ModelIdentity MODEL = TestMedia.model("three-axes", 'a', 3);

    @TempDir
    private static Path folder;

    private static MediaIndexFactory at(String url) {
        return factory(RedisEngine.AUTO, TestSettings.at(url), 4, Quantization.NOQUANT);
    }

    static RedisIndexFactory factory(RedisEngine engine, RedisSettings redis, int shards, Quantization quantization) {
        return new RedisIndexFactory(
                engine,
                new QueryEngineSettings(redis, VectorType.FLOAT32, 100),
                new VectorSetSettings(redis, shards, quantization));
    }

    /// Four shards on three nodes.
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Cluster extends MediaIndexTck {
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
        protected MediaIndexFactory createFactory() throws IOException {
            cluster.empty();
            return at(cluster.url());
        }

        @Override
        protected double tolerance() {
            return 1e-5;
        }

        @Test
        void theShardsOfAnIndexAreOnAllNodes() throws IOException {
            // when
            index.write(IntStream.range(0, 40)
                    .mapToObj(i -> vector("m" + i, 1, 1, i, 0))
                    .toList());

            // then
            for (RedisServer node : cluster.nodes()) {
                assertThat(node.send("KEYS", "media:*:doc:*")).doesNotStartWith("*0");
            }
        }
    }

    @Test
    void aStoppedNodeIsUnavailableAndItsLossIsReported() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(Files.createDirectory(folder.resolve("losing")));
                MediaIndexes indexes = at(cluster.url()).open()) {
            // given
            MediaIndex index = indexes.open(MODEL);
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
            MediaIndex again = indexes.open(MODEL);

            // then
            assertThat(again.count(MediaFilter.ALL)).isZero();
            assertThat(again.write(batch)).hasSize(40).containsOnly(WriteOutcome.APPLIED);
        }
    }

    @Test
    void aNodeThatAnnouncesAnUnreachableAddressIsNamed() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(Files.createDirectory(folder.resolve("announcing")));
                MediaIndexes indexes = at(cluster.url()).open();
                ServerSocket free = new ServerSocket(0)) {
            // given
            MediaIndex index = indexes.open(MODEL);
            List<MediaWrite> batch = IntStream.range(0, 40)
                    .mapToObj(i -> vector("m" + i, 1, 1, i, 0))
                    .toList();
            index.write(batch);

            // when: a node announces a port that nothing listens on
            int nowhere = free.getLocalPort();
            free.close();
            cluster.nodes().getLast().send("CONFIG", "SET", "cluster-announce-port", Integer.toString(nowhere));
            cluster.awaitPort(nowhere);

            // then: whoever connects now learns this address
            try (MediaIndexes later = at("redis-cluster://127.0.0.1:"
                            + cluster.nodes().getFirst().port())
                    .open()) {
                assertThatExceptionOfType(IndexUnavailableException.class)
                        .isThrownBy(() -> later.open(MODEL).write(batch))
                        .withMessageContainingAll("127.0.0.1:" + nowhere, "cluster-announce-ip");
            }
        }
    }

    @Test
    void aCertificateMustBeTrustedAndNameItsHost() throws Exception {
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

    /// Lists indexes in a JVM of its own, since a JVM reads its trust store at the start.
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
                MediaIndexes indexes = at("redis-sentinel://127.0.0.1:" + sentinel.port() + "/primary")
                        .open()) {
            // given
            MediaIndex index = indexes.open(MODEL);

            // when
            index.write(List.of(vector("m1", 1, 1, 0, 0)));

            // then
            assertThat(index.get("m1")).isPresent();
            assertThat(primary.send("EXISTS", "media:live")).isEqualTo(":1\r\n");
            assertThat(indexes.kind()).isEqualTo("vector-sets");
        }
    }
}
