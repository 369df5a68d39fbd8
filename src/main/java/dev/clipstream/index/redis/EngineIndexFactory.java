package dev.clipstream.index.redis;

import dev.clipstream.index.IndexAddress;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import java.util.Optional;

/// Opens indexes in one engine of a Redis. Subclasses name the engine.
public abstract class EngineIndexFactory implements MediaIndexFactory {
    private final RedisSettings settings;

    /// @param settings where Redis is
    protected EngineIndexFactory(RedisSettings settings) {
        this.settings = settings;
    }

    /// Returns the engine over connections, which the store closes.
    protected abstract IndexEngine<?> engine(RedisConnections redis);

    @Override
    public final MediaIndexes open() {
        return open(new RedisConnections(settings));
    }

    /// Opens the store over existing connections.
    ///
    /// @param redis closed with the store
    public final MediaIndexes open(RedisConnections redis) {
        return new RedisIndexes<>(settings, redis, engine(redis));
    }

    @Override
    public final MediaIndexes openReadOnly() {
        return open();
    }

    @Override
    public final Optional<IndexAddress> address() {
        return Optional.of(settings.address());
    }
}
