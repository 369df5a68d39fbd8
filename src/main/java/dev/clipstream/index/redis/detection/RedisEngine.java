package dev.clipstream.index.redis.detection;

/// The part of Redis that keeps the indexes.
public enum RedisEngine {
    /// The query engine if the server has it, otherwise vector sets.
    AUTO,
    /// `FT.*`: the image `redis:8`, Redis Stack, Redis Cloud.
    QUERY_ENGINE,
    /// `VADD`, `VSIM`: any Redis 8.
    VECTOR_SETS
}
