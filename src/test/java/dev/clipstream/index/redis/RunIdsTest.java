package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunIdsTest {

    @Test
    void theServersOfAClusterAreItsPrimariesWithSlots(@TempDir Path folder) throws Exception {
        try (RedisCluster cluster = RedisCluster.start(folder);
                RedisConnections redis = new RedisConnections(TestSettings.at(cluster.url()))) {
            // when
            String servers = redis.servers();

            // then
            assertThat(servers.split(",", -1)).hasSize(cluster.nodes().size()).doesNotHaveDuplicates();
            for (RedisServer node : cluster.nodes()) {
                assertThat(node.send("INFO", "server")).containsAnyOf(servers.split(",", -1));
            }
            assertThat(redis.servers()).isEqualTo(servers);
        }
    }
}
