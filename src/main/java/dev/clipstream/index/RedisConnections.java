package dev.clipstream.index;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/// A pool of connections to a server, a cluster or what sentinels watch, and one way of failing.
///
/// Connects when first asked to, so that a server which is away does not stop a start.
final class RedisConnections implements AutoCloseable {
    private static final int SENTINEL_PORT = 26_379;
    private static final int PORT = 6_379;

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
        String found = String.valueOf(cause.getMessage());
        for (Throwable deeper = cause.getCause(); deeper != null; deeper = deeper.getCause()) {
            found += ": " + deeper.getMessage();
        }
        String remedy = found.startsWith("OOM")
                ? "raise maxmemory, or delete what is not needed"
                : found.startsWith("READONLY")
                        ? "point index.url at the primary"
                        : found.startsWith("NOPERM") || found.startsWith("NOAUTH") || found.startsWith("WRONGPASS")
                                ? "give index.user and index.password what they need (README, Redis)"
                                : "look whether it runs and can be reached; it is tried again";
        return new IndexUnavailableException(
                "A Redis that reads and writes was expected at "
                        + settings.url().replaceAll("//[^/]*@", "//***@") + ", found: " + found + ". Now " + remedy,
                cause);
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

    private JedisClientConfig configuration(String scheme) {
        DefaultJedisClientConfig.Builder configuration = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .socketTimeoutMillis(Math.toIntExact(settings.timeout().toMillis()))
                .clientName("clipstream")
                .ssl(scheme.startsWith("rediss"));
        URI uri = URI.create(settings.url());
        if (!scheme.contains("-") && JedisURIHelper.hasDbIndex(uri)) {
            configuration.database(JedisURIHelper.getDBIndex(uri));
        }
        String user = settings.user() != null ? settings.user() : JedisURIHelper.getUser(uri);
        String password = settings.password() != null ? settings.password() : JedisURIHelper.getPassword(uri);
        if (user != null && !user.isEmpty()) {
            configuration.user(user);
        }
        if (password != null) {
            configuration.password(password);
        }
        return configuration.build();
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
