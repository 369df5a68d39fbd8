package dev.clipstream.index.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;

/// A Redis with the query engine that all tests of a JVM share: the one that `CLIPSTREAM_TEST_REDIS_URL` names, or one
/// that this class starts, see [RedisServer].
///
/// A named server may be in use: each test has a prefix of its own, and removes the keys below it.
public final class QueryEngineServer {
    private static @Nullable RedisServer shared;

    private QueryEngineServer() {}

    /// Returns the URL of the server, or skips the test. The first call starts the server if none is named.
    public static synchronized String url() {
        String named = System.getenv("CLIPSTREAM_TEST_REDIS_URL");
        if (named != null && !named.isBlank()) {
            return named;
        }
        RedisServer server = shared;
        if (server == null) {
            try {
                server = RedisServer.startWithQueryEngine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            shared = server;
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        }
        return server.url();
    }

    /// Returns a prefix that is not in use.
    public static String newPrefix() {
        return "clipstream-test:" + UUID.randomUUID() + ":";
    }

    /// Removes the index definitions and keys below a prefix.
    public static void clear(String prefix) {
        try (RedisClient redis = RedisClient.create(url())) {
            redis.ftList().stream().filter(name -> name.startsWith(prefix)).forEach(redis::ftDropIndex);
            redis.keys(prefix + "*").forEach(redis::del);
        }
    }
}
