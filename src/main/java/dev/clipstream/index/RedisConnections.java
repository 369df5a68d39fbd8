package dev.clipstream.index;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.util.JedisURIHelper;

/// A pool of connections to a server, a cluster or what sentinels watch, and one way of failing.
///
/// Connects when first asked to, so that a server which is away does not stop a start.
final class RedisConnections implements AutoCloseable {
    private static final int SENTINEL_PORT = 26_379;
    private static final int PORT = 6_379;
    private static final int SCAN = 1000;
    private static final String PROBE = "probe";
    private static final long PROBE_SECONDS = 60;

    private static final Pattern RUN = Pattern.compile("run_id:(\\w+)");
    /// A line of `CLUSTER NODES` of a primary with slots: `ID IP:PORT@BUS,NAME… [myself,]master … connected SLOTS`.
    private static final Pattern PRIMARY = Pattern.compile(
            "^\\S+ (?<ip>\\S*):(?<port>\\d+)(?:@\\d+)?(?:,(?<name>[^,\\s]*))?\\S* (?:myself,)?master \\S+ \\d+ \\d+ \\d+"
                    + " connected \\d.*$",
            Pattern.MULTILINE);

    private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

    private final RedisSettings settings;
    private volatile boolean closed;
    private volatile @Nullable UnifiedJedis client;

    RedisConnections(RedisSettings settings) {
        this.settings = settings;
    }

    /// Asks the server.
    ///
    /// @throws IndexUnavailableException if it is away or refuses
    <T> T ask(Function<UnifiedJedis, T> question) {
        try {
            return question.apply(client());
        } catch (JedisException e) {
            throw unavailable(e);
        }
    }

    /// The answer to a question of a pipeline.
    ///
    /// @throws IndexUnavailableException if the server refused it, or its node of a cluster did not answer
    <T> T value(Response<T> answer) {
        try {
            return orRefusal(answer);
        } catch (JedisDataException e) {
            throw unavailable(e);
        }
    }

    /// As [#value], but what the server refused with is thrown as it is.
    <T> T orRefusal(Response<T> answer) {
        try {
            return answer.get();
        } catch (JedisRedirectionException e) {
            forget(); // a pipeline does not learn that slots moved
            throw e;
        } catch (IllegalStateException e) {
            // a cluster's pipeline leaves answers of a node that is away unset, and says so in its log alone
            forget();
            throw new IndexUnavailableException(
                    "An answer of every node was expected from the cluster at " + place()
                            + ", found that one is away: look whether it runs and can be reached",
                    e);
        }
    }

    /// Whether the server reads and writes.
    ///
    /// @param prefix of a key that is written to see
    IndexHealth health(String prefix) {
        try {
            ask(jedis -> jedis.exists(prefix + PROBE));
        } catch (IndexUnavailableException e) {
            return new IndexHealth(IndexHealth.State.DOWN, String.valueOf(e.getMessage()));
        }
        try {
            return ask(jedis -> {
                jedis.set(prefix + PROBE, "", SetParams.setParams().ex(PROBE_SECONDS));
                return new IndexHealth(IndexHealth.State.UP, "Redis reads and writes");
            });
        } catch (IndexUnavailableException e) {
            boolean refused = e.getCause() instanceof JedisDataException;
            return new IndexHealth(
                    refused ? IndexHealth.State.READ_ONLY : IndexHealth.State.DOWN, String.valueOf(e.getMessage()));
        }
    }

    /// What the server has in memory, in bytes.
    long usedBytes() {
        Matcher used = USED.matcher(ask(jedis -> jedis.info("memory")));
        if (!used.find()) {
            throw new IndexUnavailableException(
                    "used_memory was expected in INFO memory of " + place() + ", found none", null);
        }
        return Long.parseLong(used.group(1));
    }

    /// Which servers keep what is written: the run ids of all primaries that have slots, in order. A server has a new
    /// one at each start. A cluster is asked for them each time, since what a client knows of it may be long over.
    ///
    /// @return empty: they do not tell, or one does not answer now
    String servers() {
        try {
            return ask(jedis -> jedis instanceof RedisClusterClient cluster
                    ? primaries(cluster).stream().map(this::run).sorted().collect(Collectors.joining(","))
                    : run(jedis.info("server")));
        } catch (IndexUnavailableException e) {
            return "";
        }
    }

    private List<HostAndPort> primaries(RedisClusterClient cluster) {
        JedisException failure = new JedisException("no node is known");
        for (ConnectionPool node : cluster.getClusterNodes().values()) {
            try (Connection connection = node.getResource()) {
                return PRIMARY.matcher(new Jedis(connection).clusterNodes())
                        .results()
                        .map(RedisConnections::address)
                        .toList();
            } catch (JedisException e) {
                failure = e; // another node knows the cluster, too
            }
        }
        throw failure;
    }

    /// By its name where it has one, which its certificate is for.
    private static HostAndPort address(MatchResult line) {
        String name = line.group("name");
        String host = name == null || name.isEmpty() ? line.group("ip") : name;
        return new HostAndPort(host, Integer.parseInt(line.group("port")));
    }

    private String run(HostAndPort node) {
        String scheme = String.valueOf(URI.create(settings.url()).getScheme());
        try (Jedis own = new Jedis(node, configuration(scheme))) {
            return run(own.info("server"));
        }
    }

    private static String run(String info) {
        Matcher found = RUN.matcher(info);
        return found.find() ? found.group(1) : "";
    }

    /// Removes every key that begins with a prefix, on whatever node of a cluster.
    void clear(String prefix) {
        byte[] glob = (prefix.replaceAll("([*?\\[\\]\\\\])", "\\\\$1") + "*").getBytes(StandardCharsets.UTF_8);
        ScanParams keys = new ScanParams().match(glob).count(SCAN);
        ask(jedis -> {
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

    /// Asks many things at once; answers are there when this returns, each with its own error.
    ///
    /// @throws IndexUnavailableException if the server is away
    <T> T pipeline(Function<AbstractPipeline, T> questions) {
        return ask(jedis -> {
            try (AbstractPipeline pipeline = jedis.pipelined()) {
                T asked = questions.apply(pipeline);
                pipeline.sync();
                return asked;
            }
        });
    }

    /// What an error of the server or the network means to us.
    IndexUnavailableException unavailable(JedisException cause) {
        String found = Stream.<Throwable>iterate(cause, Objects::nonNull, Throwable::getCause)
                .map(deeper -> String.valueOf(deeper.getMessage()).replaceAll("[.\\s]+$", ""))
                .distinct()
                .collect(Collectors.joining(": "));
        String remedy = found.startsWith("OOM")
                ? "raise maxmemory, or delete what is not needed"
                : found.startsWith("READONLY")
                        ? "point index.url at the primary"
                        : found.startsWith("NOPERM")
                                        || found.contains("ACL failure in script")
                                        || found.startsWith("NOAUTH")
                                        || found.startsWith("WRONGPASS")
                                ? "give index.user and index.password what they need (docs/redis.md)"
                                : "look whether it runs and can be reached";
        return new IndexUnavailableException(
                "A Redis that reads and writes was expected at " + place() + ", found: " + found + ". Now " + remedy,
                cause);
    }

    /// Where it is, without what is secret.
    String place() {
        return settings.url().replaceAll("//[^/]*@", "//***@");
    }

    /// Connects anew when asked next, and learns what is where.
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
            throw new IndexUnavailableException("Open connections were expected, found them closed", null);
        }
        UnifiedJedis known = client;
        if (known == null) {
            known = create();
            client = known;
        }
        return known;
    }

    private UnifiedJedis create() {
        String scheme = String.valueOf(URI.create(settings.url()).getScheme());
        if (scheme.endsWith("-cluster")) {
            return RedisClusterClient.builder()
                    .nodes(hosts(PORT))
                    .clientConfig(configuration(scheme))
                    .poolConfig(pool())
                    .build();
        }
        if (scheme.endsWith("-sentinel")) {
            String primary = settings.url().replaceFirst("^[^/]*//[^/]*/?", "");
            return RedisSentinelClient.builder()
                    .masterName(primary)
                    .sentinels(hosts(SENTINEL_PORT))
                    .sentinelClientConfig(base(scheme).build())
                    .clientConfig(configuration(scheme))
                    .poolConfig(pool())
                    .build();
        }
        URI uri = URI.create(settings.url());
        HostAndPort host = new HostAndPort(
                uri.getHost() == null ? "localhost" : uri.getHost(), uri.getPort() < 0 ? PORT : uri.getPort());
        return RedisClient.builder()
                .hostAndPort(host)
                .clientConfig(configuration(scheme))
                .poolConfig(pool())
                .build();
    }

    /// What holds for sentinels, too, which have neither our user nor databases.
    private DefaultJedisClientConfig.Builder base(String scheme) {
        // no protocol is named, so no HELLO is sent: every reply is RESP 2, which is what is read here
        SSLParameters tls = new SSLParameters();
        // Jedis by itself takes a trusted certificate of any host
        tls.setEndpointIdentificationAlgorithm("HTTPS");
        return DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .socketTimeoutMillis(Math.toIntExact(settings.timeout().toMillis()))
                .clientName("clipstream")
                .ssl(scheme.startsWith("rediss"))
                .sslParameters(tls);
    }

    private JedisClientConfig configuration(String scheme) {
        DefaultJedisClientConfig.Builder configuration = base(scheme);
        URI uri = URI.create(settings.url());
        if (!scheme.contains("-") && JedisURIHelper.hasDbIndex(uri)) {
            configuration.database(JedisURIHelper.getDBIndex(uri));
        }
        String[] told = userInfo().split(":", 2);
        String user = settings.user() != null ? settings.user() : decoded(told[0]);
        String password = settings.password() != null ? settings.password() : told.length > 1 ? decoded(told[1]) : null;
        if (user != null && !user.isEmpty()) {
            configuration.user(user);
        }
        if (password != null) {
            configuration.password(password);
        }
        return configuration.build();
    }

    /// What stands before the hosts; Java's own parser knows none before several.
    private String userInfo() {
        String authority = settings.url().replaceFirst("^[^/]*//", "").replaceFirst("/.*$", "");
        int at = authority.lastIndexOf('@');
        return at < 0 ? "" : authority.substring(0, at);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private ConnectionPoolConfig pool() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(settings.connections());
        pool.setMaxIdle(settings.connections());
        pool.setMaxWait(settings.timeout());
        pool.setTestOnBorrow(false);
        return pool;
    }

    /// The hosts of a URL that has several.
    private Set<HostAndPort> hosts(int usualPort) {
        String authority = settings.url().replaceFirst("^[^/]*//", "").replaceFirst("/.*$", "");
        List<String> hosts = Arrays.asList(
                authority.substring(authority.lastIndexOf('@') + 1).split(",", -1));
        return hosts.stream()
                .map(host -> host.contains(":") ? HostAndPort.from(host) : new HostAndPort(host, usualPort))
                .collect(Collectors.toUnmodifiableSet());
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
