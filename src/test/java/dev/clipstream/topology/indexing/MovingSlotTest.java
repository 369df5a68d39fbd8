package dev.clipstream.topology.indexing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.redis.RedisCluster;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.index.redis.TestSettings;
import dev.clipstream.index.redis.vectorset.Quantization;
import dev.clipstream.index.redis.vectorset.VectorSetIndexFactory;
import dev.clipstream.index.redis.vectorset.VectorSetSettings;
import dev.clipstream.index.tck.TestMedia;
import dev.clipstream.topology.TopologyFixtures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real cluster that moves the slot of a shard.
class MovingSlotTest {
    private static final Pattern SHARD_KEY = Pattern.compile("media:\\S*:doc:\\S*");

    @Test
    void aMovingSlotHoldsOnlyTheWritesOfItsShard(@TempDir Path folder) throws Exception {
        try (RedisCluster cluster = RedisCluster.start(folder);
                MediaIndexes indexes = new VectorSetIndexFactory(
                                new VectorSetSettings(TestSettings.at(cluster.url()), 4, Quantization.NOQUANT))
                        .open();
                IndexingPipeline pipeline = new IndexingPipeline(
                        indexes.open(TopologyFixtures.MODEL),
                        new IndexingPipeline.Limits(100, 0, new Backoff(Duration.ofMillis(50), Duration.ofMillis(100))),
                        new IndexingMetrics(new SimpleMeterRegistry(), TopologyFixtures.CLOCK))) {
            // given media in all shards
            submit(pipeline, 0, 40).forEach(CompletableFuture::join);

            // when: the slot of one is on its way to another node
            RedisServer source = cluster.nodes().getFirst();
            Matcher key = SHARD_KEY.matcher(source.send("KEYS", "media:*:doc:*"));
            assertThat(key.find()).isTrue();
            String slot = source.send("CLUSTER", "KEYSLOT", key.group()).replaceAll("\\D", "");
            RedisServer target = cluster.nodes().getLast();
            target.send("CLUSTER", "SETSLOT", slot, "IMPORTING", id(source));
            source.send("CLUSTER", "SETSLOT", slot, "MIGRATING", id(target));
            List<CompletableFuture<WriteOutcome>> writes = submit(pipeline, 40, 80);
            while (writes.stream().filter(CompletableFuture::isDone).count() < 10) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            List<CompletableFuture<WriteOutcome>> later = submit(pipeline, 80, 120);

            // then: writes of other shards go on, also those that came later
            while (later.stream().filter(CompletableFuture::isDone).count() < 10) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(writes).anyMatch(write -> !write.isDone());
            assertThat(pipeline.unavailableReason()).isPresent();

            // when: the slot stays
            source.send("CLUSTER", "SETSLOT", slot, "STABLE");
            target.send("CLUSTER", "SETSLOT", slot, "STABLE");

            // then
            assertThat(writes).allMatch(write -> write.join() == WriteOutcome.APPLIED);
            assertThat(later).allMatch(write -> write.join() == WriteOutcome.APPLIED);
        }
    }

    private static String id(RedisServer node) throws Exception {
        return node.send("CLUSTER", "MYID").split("\\s+", -1)[1];
    }

    private static List<CompletableFuture<WriteOutcome>> submit(IndexingPipeline pipeline, int from, int to) {
        List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
        for (int i = from; i < to; i++) {
            outcomes.add(pipeline.submit(TestMedia.vector("m" + i, 1, 1, i, 0)));
        }
        return outcomes;
    }
}
