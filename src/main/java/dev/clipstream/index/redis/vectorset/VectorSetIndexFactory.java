package dev.clipstream.index.redis.vectorset;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.redis.EngineIndexFactory;
import dev.clipstream.index.redis.IndexEngine;
import dev.clipstream.index.redis.RedisConnections;
import java.util.Optional;

/// Opens indexes in the vector sets of a plain Redis 8, as distributions package it: `VADD`, `VSIM`.
public final class VectorSetIndexFactory extends EngineIndexFactory {
    private final VectorSetSettings settings;

    public VectorSetIndexFactory(VectorSetSettings settings) {
        super(settings.redis());
        this.settings = settings;
    }

    @Override
    protected IndexEngine<?> engine(RedisConnections redis) {
        return new VectorSetEngine(settings, redis);
    }

    @Override
    public Optional<BareClient> bareClient(ModelIdentity model) {
        return Optional.of(new VectorSetBareClient(settings, model));
    }

    /// Whether a server has vector sets.
    ///
    /// @throws dev.clipstream.index.IndexUnavailableException if the server does not answer
    public static boolean isSupported(RedisConnections redis) {
        return redis.execute(jedis -> RedisConnections.hasCommand(jedis, "VSIM"));
    }
}
