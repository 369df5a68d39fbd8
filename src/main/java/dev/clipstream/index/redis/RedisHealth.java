package dev.clipstream.index.redis;

import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexUnavailableException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/// Finds out whether a server can do what an index needs: it sends the commands of searches and writes to keys of its
/// own. A user may have the right to some of them only.
final class RedisHealth {
    private static final String PROBE = "{probe}";
    private static final long PROBE_SECONDS = 60;

    private final RedisConnections redis;
    private final String key;
    private final IndexEngine<?> engine;

    /// @param prefix of all keys
    RedisHealth(RedisConnections redis, String prefix, IndexEngine<?> engine) {
        this.redis = redis;
        this.key = prefix + PROBE;
        this.engine = engine;
    }

    /// Returns the health now.
    IndexHealth check() {
        try {
            redis.execute(jedis -> jedis.exists(key));
            engine.probeReads(key);
        } catch (IndexUnavailableException e) {
            return new IndexHealth(IndexHealth.State.DOWN, String.valueOf(e.getMessage()));
        }
        try {
            redis.execute(jedis -> jedis.set(key, "", SetParams.setParams().ex(PROBE_SECONDS)));
            engine.probeWrites(key);
        } catch (IndexUnavailableException e) {
            boolean refused = e.getCause() instanceof JedisDataException;
            return new IndexHealth(
                    refused ? IndexHealth.State.READ_ONLY : IndexHealth.State.DOWN, String.valueOf(e.getMessage()));
        }
        return new IndexHealth(
                IndexHealth.State.UP,
                redis.evictions()
                        .warning()
                        .map(warning -> "Redis reads and writes. " + warning)
                        .orElse("Redis reads and writes"));
    }
}
