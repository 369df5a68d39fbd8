package dev.clipstream.index.redis;

import dev.clipstream.index.IndexUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ClusterCommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/// A pool of connections to Redis. Every failure of the server or the network is an [IndexUnavailableException].
/// Safe for use by many threads.
///
/// Connects at the first command, so that a server which is away does not prevent a start.
public final class RedisConnections implements AutoCloseable {
    private static final int SCAN = 1000;

    private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

    private final RedisSettings settings;
    private final RedisClients clients;
    private final Evictions evictions = new Evictions(this);
    private volatile boolean closed;
    private volatile @Nullable UnifiedJedis client;

    /// @param settings where Redis is
    public RedisConnections(RedisSettings settings) {
        this.settings = settings;
        this.clients = new RedisClients(settings);
    }

    /// Sends commands and returns what they answer.
    ///
    /// @throws IndexUnavailableException if the server does not answer, or refuses a command
    public <T> T execute(Function<UnifiedJedis, T> commands) {
        try {
            return commands.apply(client());
        } catch (JedisException e) {
            throw unavailable(e);
        }
    }

    /// Sends commands as [#execute] does, but throws a refusal of the server as it is.
    <T> T executeOrRefuse(Function<UnifiedJedis, T> commands) {
        try {
            return commands.apply(client());
        } catch (JedisDataException e) {
            throw e;
        } catch (JedisException e) {
            throw unavailable(e);
        }
    }

    /// Sends one command whose key Jedis need not know, to any node of a cluster.
    ///
    /// @return the reply as Jedis reads it: lists, bytes and numbers
    public static Object send(UnifiedJedis jedis, ProtocolCommand command, List<byte[]> arguments) {
        return jedis.executeCommand(new ClusterCommandArguments(command).addObjects(arguments));
    }

    /// Whether the server has a command, such as `VSIM`.
    ///
    /// @throws redis.clients.jedis.exceptions.JedisAccessControlException if the user may not ask
    public static boolean hasCommand(UnifiedJedis jedis, String command) {
        Object reply = send(jedis, Command.COMMAND, List.of(Utf8.bytes("INFO"), Utf8.bytes(command)));
        // an unknown command is an empty entry
        return reply instanceof List<?> commands && commands.getFirst() instanceof List<?> known && !known.isEmpty();
    }

    /// Sends many commands in one round trip. All answers are there when this returns, each with its own error.
    ///
    /// @throws IndexUnavailableException if the server does not answer
    public <T> T pipeline(Function<AbstractPipeline, T> commands) {
        return execute(jedis -> {
            try (AbstractPipeline pipeline = jedis.pipelined()) {
                T responses = commands.apply(pipeline);
                pipeline.sync();
                return responses;
            }
        });
    }

    /// Reads an answer of a pipeline.
    ///
    /// @throws IndexUnavailableException if the server refused the command, or its node of a cluster did not answer
    public <T> T value(Response<T> answer) {
        try {
            return valueOrRefusal(answer);
        } catch (JedisDataException e) {
            throw unavailable(e);
        }
    }

    /// Reads an answer of a pipeline that may be nil, as [#value] does.
    public <T> @Nullable T valueOrNull(Response<T> answer) {
        return value(answer);
    }

    /// Reads an answer of a pipeline as [#value] does, but throws a refusal of the server as it is.
    <T> T valueOrRefusal(Response<T> answer) {
        try {
            return answer.get();
        } catch (JedisRedirectionException e) {
            forget(); // a pipeline does not learn that slots moved
            throw e;
        } catch (IllegalStateException e) {
            // a cluster's pipeline leaves answers of a node that is away unset, and only logs it
            String unreachable = unreachableNodes();
            forget();
            throw new IndexUnavailableException(
                    "Expected an answer of every node of the cluster at " + place() + ", found "
                            + (unreachable.isEmpty() ? "that one gave none. Check its log" : unreachable),
                    e);
        }
    }

    /// What the servers evict.
    public Evictions evictions() {
        return evictions;
    }

    /// Returns a section of `INFO` of each server; replicas of a cluster included.
    List<String> info(String section) {
        return execute(jedis -> {
            if (!(jedis instanceof RedisClusterClient cluster)) {
                return List.of(jedis.info(section));
            }
            List<String> infos = new ArrayList<>();
            for (ConnectionPool node : cluster.getClusterNodes().values()) {
                try (Connection connection = node.getResource()) {
                    infos.add(new Jedis(connection).info(section));
                }
            }
            return infos;
        });
    }

    /// The memory that the server uses, in bytes.
    long usedBytes() {
        Matcher used = USED.matcher(execute(jedis -> jedis.info("memory")));
        if (!used.find()) {
            throw new IndexUnavailableException(
                    "Expected used_memory in INFO memory of " + place() + ", found none", null);
        }
        return Long.parseLong(used.group(1));
    }

    /// The run ids of the servers that hold the data, see [RunIds#read]; empty if one is unknown or does not answer.
    String servers() {
        try {
            return execute(new RunIds(clients.configuration())::read);
        } catch (IndexUnavailableException e) {
            return "";
        }
    }

    /// Removes every key that begins with a prefix, on every node of a cluster.
    public void clear(String prefix) {
        byte[] glob = (prefix.replaceAll("([*?\\[\\]\\\\])", "\\\\$1") + "*").getBytes(StandardCharsets.UTF_8);
        ScanParams keys = new ScanParams().match(glob).count(SCAN);
        execute(jedis -> {
            if (jedis instanceof RedisClusterClient cluster) {
                for (ConnectionPool node : cluster.getClusterNodes().values()) {
                    try (Connection connection = node.getResource()) {
                        // replicas list the same keys again, which does no harm
                        clear(jedis, cursor -> new Jedis(connection).scan(cursor, keys));
                    }
                }
            } else {
                clear(jedis, cursor -> jedis.scan(cursor, keys));
            }
            return prefix;
        });
    }

    private static void clear(UnifiedJedis jedis, Function<byte[], ScanResult<byte[]>> scan) {
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            ScanResult<byte[]> found = scan.apply(cursor);
            if (!found.getResult().isEmpty()) {
                try (AbstractPipeline pipeline = jedis.pipelined()) {
                    found.getResult().forEach(pipeline::unlink);
                    pipeline.sync();
                }
            }
            cursor = found.getCursorAsBytes();
        } while (!Arrays.equals(cursor, ScanParams.SCAN_POINTER_START_BINARY));
    }

    private String unreachableNodes() {
        return client instanceof RedisClusterClient cluster
                ? AnnouncedNodes.unreachable(cluster.getClusterNodes().keySet(), settings.connectTimeout())
                : "";
    }

    /// Translates a failure of the server or the network, and says what to do about it.
    IndexUnavailableException unavailable(JedisException cause) {
        String unreachable = cause instanceof JedisDataException ? "" : unreachableNodes();
        if (!unreachable.isEmpty()) {
            return new IndexUnavailableException(
                    "Expected a Redis that reads and writes at " + place() + ", found " + unreachable, cause);
        }
        String found = Stream.<Throwable>iterate(cause, Objects::nonNull, Throwable::getCause)
                .map(deeper -> String.valueOf(deeper.getMessage()).replaceAll("[.\\s]+$", ""))
                .distinct()
                .collect(Collectors.joining(": "));
        String remedy = found.startsWith("OOM")
                ? "Raise maxmemory, or delete what is not needed"
                : found.startsWith("READONLY")
                        ? "Point index.url at the primary"
                        : found.startsWith("TRYAGAIN")
                                ? "Wait until the cluster has moved this slot to another node"
                                : found.startsWith("NOPERM")
                                                || found.contains("ACL failure in script")
                                                || found.startsWith("NOAUTH")
                                                || found.startsWith("WRONGPASS")
                                        ? "Give the user of index.user the rights that docs/redis.md lists"
                                        : "Check that it runs and can be reached";
        return new IndexUnavailableException(
                "Expected a Redis that reads and writes at " + place() + ", found: " + found + ". " + remedy, cause);
    }

    /// The URL without what is secret, for messages.
    public String place() {
        return settings.place();
    }

    /// Closes the client of a cluster: the next one learns the nodes and slots again.
    private synchronized void forget() {
        UnifiedJedis known = client;
        if (known instanceof RedisClusterClient) {
            client = null;
            known.close();
        }
    }

    private UnifiedJedis client() {
        UnifiedJedis known = client;
        return known != null ? known : connect();
    }

    private synchronized UnifiedJedis connect() {
        if (closed) {
            throw new IndexUnavailableException("Expected open connections, found them closed", null);
        }
        UnifiedJedis known = client;
        if (known == null) {
            known = clients.create();
            client = known;
        }
        return known;
    }

    @Override
    public synchronized void close() {
        closed = true;
        UnifiedJedis known = client;
        if (known != null) {
            known.close();
        }
    }
}
