package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.redis.RedisSettings;

/// How indexes are kept in vector sets.
///
/// @param redis        where Redis is
/// @param shards       vector sets of a new index, at least 1; more spread over a cluster and the cores of searches
/// @param quantization how a new index keeps the values of a vector
public record VectorSetSettings(RedisSettings redis, int shards, Quantization quantization) {
    public VectorSetSettings {
        if (shards < 1) {
            throw new IllegalArgumentException(
                    "At least 1 shard was expected, found " + shards + ": raise index.shards");
        }
    }
}
