package dev.clipstream.index.redis.query;

import dev.clipstream.index.redis.RedisSettings;

/// How indexes are kept in the query engine.
///
/// @param redis      where Redis is
/// @param vectorType how a new index keeps the values of a vector
/// @param efRuntime  candidates that a search weighs by default, at least 1
public record QueryEngineSettings(RedisSettings redis, VectorType vectorType, int efRuntime) {
    public QueryEngineSettings {
        if (efRuntime < 1) {
            throw new IllegalArgumentException(
                    "At least 1 candidate of a search was expected, found " + efRuntime + ": raise index.ef-runtime");
        }
    }
}
