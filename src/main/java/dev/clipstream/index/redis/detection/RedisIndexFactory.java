package dev.clipstream.index.redis.detection;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.IndexAddress;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.redis.EngineIndexFactory;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisSettings;
import dev.clipstream.index.redis.query.QueryEngineIndexFactory;
import dev.clipstream.index.redis.query.QueryEngineSettings;
import dev.clipstream.index.redis.vectorset.VectorSetIndexFactory;
import dev.clipstream.index.redis.vectorset.VectorSetSettings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Opens indexes in the engine that the settings name, or that the server has.
public final class RedisIndexFactory implements MediaIndexFactory {
    private final RedisEngine engine;
    private final RedisSettings redis;
    private final QueryEngineIndexFactory queryEngine;
    private final VectorSetIndexFactory vectorSets;

    /// @param engine      the engine, or how it is chosen
    /// @param queryEngine how indexes are kept in the query engine
    /// @param vectorSets  how indexes are kept in vector sets, in the same Redis
    public RedisIndexFactory(RedisEngine engine, QueryEngineSettings queryEngine, VectorSetSettings vectorSets) {
        if (!queryEngine.redis().equals(vectorSets.redis())) {
            throw new IllegalArgumentException(
                    "Expected the settings of one Redis, found " + queryEngine.redis() + " and " + vectorSets.redis());
        }
        this.engine = engine;
        this.redis = queryEngine.redis();
        this.queryEngine = new QueryEngineIndexFactory(queryEngine);
        this.vectorSets = new VectorSetIndexFactory(vectorSets);
    }

    @Override
    public MediaIndexes open() {
        return switch (engine) {
            case QUERY_ENGINE -> queryEngine.open();
            case VECTOR_SETS -> vectorSets.open();
            case AUTO ->
                new DetectedIndexes(
                        new RedisConnections(redis),
                        connections -> detect(connections).open(connections));
        };
    }

    @Override
    public MediaIndexes openReadOnly() {
        return open();
    }

    /// Returns the factory for the engine that the server has.
    ///
    /// @throws IndexUnavailableException if the server does not answer, or has neither engine
    private EngineIndexFactory detect(RedisConnections connections) {
        if (QueryEngineIndexFactory.isSupported(connections)) {
            return queryEngine;
        }
        if (VectorSetIndexFactory.isSupported(connections)) {
            return vectorSets;
        }
        throw new IndexUnavailableException(
                "Expected a Redis with the query engine or vector sets at " + connections.place()
                        + ", found one with neither. Use Redis 8 or later",
                null);
    }

    @Override
    public Optional<IndexAddress> address() {
        IndexAddress server = redis.address();
        Map<String, String> settings = new LinkedHashMap<>(server.settings());
        settings.put("engine", engine.name().toLowerCase(Locale.ROOT));
        return Optional.of(new IndexAddress(server.location(), settings));
    }

    @Override
    public Optional<BareClient> bareClient(ModelIdentity model) {
        return switch (engine) {
            case QUERY_ENGINE -> queryEngine.bareClient(model);
            case VECTOR_SETS -> vectorSets.bareClient(model);
            case AUTO -> {
                try (RedisConnections connections = new RedisConnections(redis)) {
                    yield detect(connections).bareClient(model);
                }
            }
        };
    }
}
