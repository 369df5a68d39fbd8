package dev.clipstream.index.redis.engine;

/// What of a Redis keeps the indexes.
public enum RedisEngine {
    /// The query engine if the server has it, else vector sets.
    AUTO,
    /// `FT.*`: the image `redis:8`, Redis Stack, Redis Cloud.
    QUERY_ENGINE,
    /// `VADD`, `VSIM`: any Redis 8.
    VECTOR_SETS
}
