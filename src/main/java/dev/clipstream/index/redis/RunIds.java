package dev.clipstream.index.redis;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/// Reads the run ids of the servers that hold the data. A server has a new one at each start.
final class RunIds {
    private static final Pattern RUN = Pattern.compile("run_id:(\\w+)");

    /// A line of `CLUSTER NODES` of a primary with slots: `ID IP:PORT@BUS,NAME… [myself,]master … connected SLOTS`.
    private static final Pattern PRIMARY = Pattern.compile(
            "^\\S+ (?<ip>\\S*):(?<port>\\d+)(?:@\\d+)?(?:,(?<name>[^,\\s]*))?\\S* (?:myself,)?master \\S+ \\d+ \\d+ \\d+"
                    + " connected \\d.*$",
            Pattern.MULTILINE);

    private final JedisClientConfig configuration;

    /// @param configuration of connections to the nodes of a cluster
    RunIds(JedisClientConfig configuration) {
        this.configuration = configuration;
    }

    /// Returns the run ids of all primaries that have slots, sorted, with commas between. Reads the nodes of a
    /// cluster each time, since a client may know outdated ones.
    ///
    /// @return empty if the servers do not report run ids
    /// @throws JedisException if a server does not answer
    String read(UnifiedJedis jedis) {
        return jedis instanceof RedisClusterClient cluster
                ? primaries(cluster).stream().map(this::runId).sorted().collect(Collectors.joining(","))
                : runId(jedis.info("server"));
    }

    private static List<HostAndPort> primaries(RedisClusterClient cluster) {
        JedisException failure = new JedisException("no node is known");
        for (ConnectionPool node : cluster.getClusterNodes().values()) {
            try (Connection connection = node.getResource()) {
                return PRIMARY.matcher(new Jedis(connection).clusterNodes())
                        .results()
                        .map(RunIds::address)
                        .toList();
            } catch (JedisException e) {
                failure = e; // the next node knows the cluster, too
            }
        }
        throw failure;
    }

    /// Returns the address of a node: its name if it has one, since its certificate is for the name.
    private static HostAndPort address(MatchResult line) {
        String name = line.group("name");
        String host = name == null || name.isEmpty() ? line.group("ip") : name;
        return new HostAndPort(host, Integer.parseInt(line.group("port")));
    }

    private String runId(HostAndPort node) {
        try (Jedis connection = new Jedis(node, configuration)) {
            return runId(connection.info("server"));
        }
    }

    private static String runId(String info) {
        Matcher found = RUN.matcher(info);
        return found.find() ? found.group(1) : "";
    }
}
