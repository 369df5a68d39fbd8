package dev.clipstream.index.redis.vectorset;

import static dev.clipstream.index.tck.TestMedia.deleteVector;
import static dev.clipstream.index.tck.TestMedia.tags;
import static dev.clipstream.index.tck.TestMedia.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagCount;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.index.redis.TestSettings;
import dev.clipstream.index.tck.MediaIndexTck;
import dev.clipstream.index.tck.TestMedia;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a real, plain Redis 8.
class VectorSetEngineTest {
    private static final ModelIdentity MODEL = TestMedia.model("three-axes", 'a', 3);
    private static RedisServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    private static VectorSetIndexFactory at(String url, int shards, Quantization quantization) {
        return new VectorSetIndexFactory(new VectorSetSettings(TestSettings.at(url), shards, quantization));
    }

    /// The kit on a server that was just emptied.
    abstract static class OnRedis extends MediaIndexTck {
        abstract MediaIndexFactory factoryAt(String url);

        @Override
        protected MediaIndexFactory createFactory() throws IOException {
            server.send("FLUSHALL");
            return factoryAt(server.url());
        }
    }

    @Nested
    class OneShard extends OnRedis {
        @Override
        MediaIndexFactory factoryAt(String url) {
            return at(url, 1, Quantization.Q8);
        }

        @Override
        protected double tolerance() {
            return 0.02;
        }
    }

    @Nested
    class ThreeShardsUnquantized extends OnRedis {
        @Override
        MediaIndexFactory factoryAt(String url) {
            return at(url, 3, Quantization.NOQUANT);
        }

        @Override
        protected double tolerance() {
            return 1e-5;
        }
    }

    /// Failures of a server.
    @Nested
    class Trouble {
        private RedisServer own;
        private MediaIndexes indexes;
        private MediaIndex index;

        @BeforeEach
        void start() throws Exception {
            own = RedisServer.start();
            indexes = at(own.url(), 2, Quantization.Q8).open();
            index = indexes.open(MODEL);
            index.write(List.of(vector("m1", 1, 1, 0, 0), tags("m1", 1, "cat", 0.9)));
        }

        @AfterEach
        void stop() {
            indexes.close();
            own.close();
        }

        @Test
        void aServerRestoredFromASnapshotBeginsAGeneration(@TempDir Path folder) throws Exception {
            // given
            stop();
            own = RedisServer.start("--dir", folder.toString());
            indexes = at(own.url(), 2, Quantization.Q8).open();
            index = indexes.open(MODEL);
            index.write(List.of(vector("m1", 1, 1, 0, 0)));
            own.send("SAVE");
            index.write(List.of(vector("m2", 1, 1, 0, 0)));
            assertThat(indexes.open(MODEL).describe().generation()).isEmpty();

            // when
            own.kill();
            own.restart("--dir", folder.toString());
            var _ = catchThrowable(() -> index.describe()); // a connection from before

            // then
            IndexDescription before = index.describe();
            IndexDescription after = indexes.open(MODEL).describe();
            assertThat(before.generation()).isEmpty(); // reading does not begin a generation
            assertThat(after.generation()).isNotEmpty();
            assertThat(after.born()).isEqualTo(before.born());
            assertThat(index.get("m1")).isPresent();
            assertThat(index.get("m2")).isEmpty();
            // it stays the same until the next restart
            assertThat(indexes.open(MODEL).describe().generation()).isEqualTo(after.generation());
        }

        @Test
        void aStoppedServerIsUnavailable() throws Exception {
            // when
            own.kill();

            // then
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> index.write(List.of(vector("m2", 1, 1, 0, 0))))
                    .withMessageContaining(own.url());
            assertThatExceptionOfType(IndexUnavailableException.class).isThrownBy(() -> index.get("m1"));
            assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.DOWN);
        }

        @Test
        void anEmptyServerIsReportedAsAMissingIndex() throws Exception {
            // when
            own.kill();
            own.restart();

            // then
            NearestQuery query = NearestQuery.of(TestMedia.direction(1, 0, 0), 10);
            assertMissing(() -> index.nearest(query));
            assertMissing(() -> index.get("m1"));
            assertMissing(() -> index.newest(MediaFilter.ALL, 0, 1));
            assertMissing(() -> index.count(MediaFilter.ALL));
            assertMissing(() -> index.describe());
            assertMissing(() -> index.write(List.of(vector("m2", 1, 1, 0, 0))));
            assertThat(own.send("DBSIZE")).isEqualTo(":0\r\n");

            // when
            index = indexes.open(MODEL);

            // then
            assertThat(index.count(MediaFilter.ALL)).isZero();
            assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.UP);
        }

        /// A pooled connection to the killed server fails once.
        private void assertMissing(ThrowingCallable call) {
            Throwable thrown = catchThrowable(call);
            if (thrown instanceof IndexUnavailableException) {
                thrown = catchThrowable(call);
            }
            assertThat(thrown).isInstanceOf(IndexMissingException.class);
        }

        @Test
        void aLostShardMakesTheWholeIndexMissing() throws Exception {
            // given
            index.write(IntStream.range(0, 20)
                    .mapToObj(i -> vector("n" + i, 1, 1, i, 0))
                    .toList());

            // when
            Keys keys = new Keys("media:", IndexName.of(MODEL));
            own.send("DEL", keys.born(1), keys.vectors(1), keys.uploaded(1), keys.tags(1));

            // then
            assertThatExceptionOfType(IndexMissingException.class)
                    .isThrownBy(() -> index.nearest(NearestQuery.of(TestMedia.direction(1, 0, 0), 10)));
            assertThat(indexes.find(MODEL)).isEmpty();

            // when
            index = indexes.open(MODEL);

            // then: their versions are lost, too
            assertThat(index.write(List.of(vector("n3", 1, 1, 0, 0)))).containsExactly(WriteOutcome.APPLIED);
            assertThat(index.count(MediaFilter.ALL)).isEqualTo(1);
        }

        @Test
        void aFullServerRefusesWritesButNotDeletionsOrReads() throws Exception {
            // when
            own.send("CONFIG", "SET", "maxmemory", "1");

            // then
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> index.write(List.of(vector("m2", 1, 1, 0, 0))))
                    .withMessageContaining("maxmemory");
            assertThatExceptionOfType(IndexUnavailableException.class)
                    .isThrownBy(() -> index.write(List.of(tags("m3", 1, "cat", 0.5))));
            assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.READ_ONLY);
            assertThat(index.get("m1")).isPresent();
            assertThat(index.write(List.of(deleteVector("m1", 2)))).containsExactly(WriteOutcome.APPLIED);

            // when
            own.send("CONFIG", "SET", "maxmemory", "0");

            // then: refused writes have left nothing
            assertThat(index.write(List.of(vector("m2", 1, 1, 0, 0), tags("m3", 1, "cat", 0.5))))
                    .containsExactly(WriteOutcome.APPLIED, WriteOutcome.APPLIED);
        }

        @Test
        void aReplicaIsReadAndNotWritten() throws Exception {
            try (RedisServer primary = RedisServer.start()) {
                // when
                String port = primary.url().substring(primary.url().lastIndexOf(':') + 1);
                own.send("CONFIG", "SET", "replica-serve-stale-data", "yes");
                own.send("REPLICAOF", "127.0.0.1", port);

                // then
                assertThatExceptionOfType(IndexUnavailableException.class)
                        .isThrownBy(() -> index.write(List.of(vector("m2", 1, 1, 0, 0))))
                        .withMessageContaining("primary");
                assertThat(indexes.health().state()).isEqualTo(IndexHealth.State.READ_ONLY);
                assertThatExceptionOfType(IndexUnavailableException.class)
                        .isThrownBy(() -> indexes.open(TestMedia.model("another", 'f', 3)))
                        .withMessageContaining("READONLY");
            }
        }

        @Test
        void flushedScriptsAreLoadedAgain() throws Exception {
            // when
            own.send("SCRIPT", "FLUSH");

            // then
            assertThat(index.write(List.of(vector("m2", 1, 1, 0, 0), vector("m2", 2, 0, 1, 0))))
                    .containsExactly(WriteOutcome.APPLIED, WriteOutcome.APPLIED);
            assertThat(index.write(List.of(vector("m2", 2, 0, 1, 0)))).containsExactly(WriteOutcome.STALE);
        }

        @Test
        void aTombstoneExpires() throws Exception {
            // given
            Keys keys = new Keys("media:", IndexName.of(MODEL));
            String doc = keys.doc(Keys.shardOf("m1", 2), "m1");
            assertThat(own.send("TTL", doc)).isEqualTo(":-1\r\n");

            // when
            index.write(List.of(deleteVector("m1", 2)));

            // then
            assertThat(own.send("TTL", doc)).matches(":60[0-9]{4}\r\n");

            // when
            index.write(List.of(vector("m1", 3, 1, 0, 0)));

            // then
            assertThat(own.send("TTL", doc)).isEqualTo(":-1\r\n");
        }

        @Test
        void anyClientReadsTheDocumentedKeys() throws Exception {
            // given: the keys in docs/redis.md
            String name = own.send("GET", "media:live").split("\r\n", -1)[1];
            String shard = "{" + Keys.shardOf("m1", 2) + "}";

            // when, then
            assertThat(own.send("HGET", "media:" + name + ":meta", "dimension")).isEqualTo("$1\r\n3\r\n");
            assertThat(own.send(
                            "VSIM",
                            "media:" + name + ":" + shard + ":vectors",
                            "VALUES",
                            "3",
                            "1",
                            "0",
                            "0",
                            "FILTER",
                            "\"cat:9\" in .t"))
                    .isEqualTo("*1\r\n$2\r\nm1\r\n");
            assertThat(own.send("HGET", "media:" + name + ":" + shard + ":doc:m1", "tags"))
                    .contains("\"labelId\":\"cat\"", "\"probability\":0.9");
        }
    }

    @Test
    void manyWritersAtOnceAgreeOnTheNewest() throws Exception {
        // given
        server.send("FLUSHALL");
        try (MediaIndexes indexes = at(server.url(), 1, Quantization.Q8).open()) {
            MediaIndex index = indexes.open(MODEL);

            // when
            List<Thread> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                int first = writer;
                writers.add(Thread.ofVirtual().start(() -> {
                    for (int version = first; version < 100; version += 4) {
                        index.write(List.of(vector("m1", version, 1, version, 0), tags("m1", version, "cat", 0.9)));
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }

            // then
            assertThat(index.get("m1").orElseThrow().details()).isEqualTo(TestMedia.details(99));
            assertThat(index.tagCounts(MediaFilter.ALL, 10)).containsExactly(new TagCount("cat", 1));
            assertThat(index.count(MediaFilter.ALL)).isEqualTo(1);
        }
    }
}
