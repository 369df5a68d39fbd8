package dev.clipstream.index.redis;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisURIHelper;

/// Makes Jedis clients of what a URL names: a server, a cluster, or the primary that sentinels watch.
final class RedisClients {
    private static final int SENTINEL_PORT = 26_379;
    private static final int PORT = 6_379;

    private final RedisSettings settings;
    private final String scheme;

    RedisClients(RedisSettings settings) {
        this.settings = settings;
        this.scheme = String.valueOf(URI.create(settings.url()).getScheme());
    }

    /// Makes a client with a pool of its own, which the caller closes.
    UnifiedJedis create() {
        if (scheme.endsWith("-cluster")) {
            return RedisClusterClient.builder()
                    .nodes(hosts(PORT))
                    .clientConfig(configuration())
                    .poolConfig(pool())
                    .build();
        }
        if (scheme.endsWith("-sentinel")) {
            String primary = settings.url().replaceFirst("^[^/]*//[^/]*/?", "");
            return RedisSentinelClient.builder()
                    .masterName(primary)
                    .sentinels(hosts(SENTINEL_PORT))
                    .sentinelClientConfig(base().build())
                    .clientConfig(configuration())
                    .poolConfig(pool())
                    .build();
        }
        URI uri = URI.create(settings.url());
        HostAndPort host = new HostAndPort(
                uri.getHost() == null ? "localhost" : uri.getHost(), uri.getPort() < 0 ? PORT : uri.getPort());
        return RedisClient.builder()
                .hostAndPort(host)
                .clientConfig(configuration())
                .poolConfig(pool())
                .build();
    }

    /// The configuration of a connection to a server that keeps data.
    JedisClientConfig configuration() {
        DefaultJedisClientConfig.Builder configuration = base();
        URI uri = URI.create(settings.url());
        if (!scheme.contains("-") && JedisURIHelper.hasDbIndex(uri)) {
            configuration.database(JedisURIHelper.getDBIndex(uri));
        }
        String[] info = userInfo().split(":", 2);
        String user = settings.user() != null ? settings.user() : decoded(info[0]);
        String password = settings.password() != null ? settings.password() : info.length > 1 ? decoded(info[1]) : null;
        if (user != null && !user.isEmpty()) {
            configuration.user(user);
        }
        if (password != null) {
            configuration.password(password);
        }
        return configuration.build();
    }

    /// What also holds for sentinels, which have neither this user nor databases.
    private DefaultJedisClientConfig.Builder base() {
        // no protocol is named, so no HELLO is sent and every reply is RESP 2, which is what is read here
        SSLParameters tls = new SSLParameters();
        // Jedis accepts a trusted certificate of any host by default
        tls.setEndpointIdentificationAlgorithm("HTTPS");
        return DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .socketTimeoutMillis(Math.toIntExact(settings.timeout().toMillis()))
                .clientName("clipstream")
                .ssl(scheme.startsWith("rediss"))
                .sslParameters(tls);
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
    private Set<HostAndPort> hosts(int defaultPort) {
        String authority = authority();
        List<String> hosts = Arrays.asList(
                authority.substring(authority.lastIndexOf('@') + 1).split(",", -1));
        return hosts.stream()
                .map(host -> host.contains(":") ? HostAndPort.from(host) : new HostAndPort(host, defaultPort))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The user and password of the URL. [URI] does not find them before several hosts.
    private String userInfo() {
        String authority = authority();
        int at = authority.lastIndexOf('@');
        return at < 0 ? "" : authority.substring(0, at);
    }

    private String authority() {
        return settings.url().replaceFirst("^[^/]*//", "").replaceFirst("/.*$", "");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
