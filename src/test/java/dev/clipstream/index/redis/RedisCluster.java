package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A cluster of three real Redis 8 without replicas.
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /// Starts a cluster, or skips the test.
    ///
    /// @param folder where the nodes may write
    public static RedisCluster start(Path folder) throws IOException, InterruptedException {
        RedisCluster cluster = new RedisCluster();
        for (int i = 0; i < NODES; i++) {
            RedisServer node = RedisServer.startNode(folder);
            cluster.nodes.add(node);
            node.send(
                    "CLUSTER",
                    "ADDSLOTSRANGE",
                    Integer.toString(SLOTS * i / NODES),
                    Integer.toString(SLOTS * (i + 1) / NODES - 1));
        }
        RedisServer first = cluster.nodes.getFirst();
        // id 127.0.0.1:port@bus flags …
        String itself = first.send("CLUSTER", "NODES");
        String busPort = itself.substring(itself.indexOf('@') + 1).split("[, ]", 2)[0];
        for (RedisServer node : cluster.nodes.subList(1, NODES)) {
            node.send("CLUSTER", "MEET", "127.0.0.1", Integer.toString(first.port()), busPort);
        }
        cluster.awaitWhole();
        return cluster;
    }

    /// Waits until every node sees all slots served.
    public void awaitWhole() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (RedisServer node : nodes) {
            String state = node.send("CLUSTER", "INFO");
            while (!state.contains("cluster_state:ok") || !state.contains("cluster_known_nodes:" + NODES)) {
                if (System.nanoTime() > deadline) {
                    fail("Expected a cluster with all slots served, found " + state);
                }
                TimeUnit.MILLISECONDS.sleep(100);
                state = node.send("CLUSTER", "INFO");
            }
        }
    }

    /// Waits until every node knows one at this port.
    public void awaitPort(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (RedisServer node : nodes) {
            String known = node.send("CLUSTER", "NODES");
            while (!known.contains("127.0.0.1:" + port + "@")) {
                if (System.nanoTime() > deadline) {
                    fail("Expected a node at port " + port + ", found " + known);
                }
                TimeUnit.MILLISECONDS.sleep(100);
                known = node.send("CLUSTER", "NODES");
            }
        }
    }

    public List<RedisServer> nodes() {
        return nodes;
    }

    public String url() {
        return "redis-cluster://"
                + nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    public void empty() throws IOException {
        for (RedisServer node : nodes) {
            node.send("FLUSHALL");
        }
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
