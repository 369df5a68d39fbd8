package dev.clipstream.index.redis.vectorset;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.IndexAddress;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisIndexes;
import java.util.Optional;

/// Opens indexes in the vector sets of a plain Redis 8, as distributions package it: `VADD`, `VSIM`.
public final class VectorSetIndexFactory implements MediaIndexFactory {
    private final VectorSetSettings settings;

    public VectorSetIndexFactory(VectorSetSettings settings) {
        this.settings = settings;
    }

    @Override
    public MediaIndexes open() {
        return open(new RedisConnections(settings.redis()));
    }

    /// Opens the store over existing connections.
    ///
    /// @param redis closed with the store
    public MediaIndexes open(RedisConnections redis) {
        return new RedisIndexes<>(settings.redis(), redis, new VectorSetEngine(settings, redis));
    }

    @Override
    public MediaIndexes openReadOnly() {
        return open();
    }

    @Override
    public Optional<IndexAddress> address() {
        return Optional.of(settings.redis().address());
    }

    @Override
    public Optional<BareClient> bareClient(ModelIdentity model) {
        return Optional.of(new VectorSetBareClient(settings, model));
    }

    /// Whether a server has vector sets.
    ///
    /// @throws dev.clipstream.index.IndexUnavailableException if the server does not answer
    public static boolean isSupported(RedisConnections redis) {
        return redis.ask(jedis -> RedisConnections.hasCommand(jedis, "VSIM"));
    }
}
