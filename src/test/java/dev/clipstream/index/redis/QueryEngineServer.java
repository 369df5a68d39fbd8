package dev.clipstream.index.redis;

import static org.junit.jupiter.api.Assumptions.abort;

import java.util.UUID;
import redis.clients.jedis.RedisClient;

/// The Redis with the query engine that `CLIPSTREAM_TEST_REDIS_URL` names. Without it, tests that need it are
/// skipped with a warning.
///
/// The server may be in use: each test has a prefix of its own, and removes the keys below it.
public final class QueryEngineServer {
    private QueryEngineServer() {}

    /// Returns the URL of the server, or skips the test if none is named.
    public static String url() {
        String named = System.getenv("CLIPSTREAM_TEST_REDIS_URL");
        if (named == null || named.isBlank()) {
            String why = "NOT TESTED: CLIPSTREAM_TEST_REDIS_URL is not set. Set it to the URL of a Redis with the query"
                    + " engine, such as redis://localhost:6379";
            System.getLogger(QueryEngineServer.class.getName()).log(System.Logger.Level.WARNING, why);
            return abort(why);
        }
        return named;
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
