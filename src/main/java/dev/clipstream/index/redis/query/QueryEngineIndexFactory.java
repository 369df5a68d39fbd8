package dev.clipstream.index.redis.query;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.redis.EngineIndexFactory;
import dev.clipstream.index.redis.IndexEngine;
import dev.clipstream.index.redis.RedisConnections;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/// Opens indexes in a Redis with the query engine (`FT.*`): the image `redis:8`, Redis Stack, Redis Cloud.
public final class QueryEngineIndexFactory extends EngineIndexFactory {
    private final QueryEngineSettings settings;

    public QueryEngineIndexFactory(QueryEngineSettings settings) {
        super(settings.redis());
        this.settings = settings;
    }

    @Override
    protected IndexEngine<?> engine(RedisConnections redis) {
        return new QueryEngine(settings, redis);
    }

    @Override
    public Optional<BareClient> bareClient(ModelIdentity model) {
        return Optional.of(new QueryBareClient(settings, model));
    }

    /// Whether a server has the query engine.
    ///
    /// @throws dev.clipstream.index.IndexUnavailableException if the server does not answer
    public static boolean isSupported(RedisConnections redis) {
        return redis.execute(jedis -> {
            try {
                return RedisConnections.hasCommand(jedis, "FT.SEARCH");
            } catch (JedisAccessControlException e) {
                // the user may not send COMMAND: any answer of the engine, even a refusal, shows that it is there
                return listsIndexes(redis);
            }
        });
    }

    private static boolean listsIndexes(RedisConnections redis) {
        return redis.execute(jedis -> {
            try {
                var _ = RedisConnections.send(jedis, Command.LIST, List.of());
                return true;
            } catch (JedisAccessControlException e) {
                return true; // refused, so it is there
            } catch (JedisDataException e) {
                if (String.valueOf(e.getMessage()).contains("unknown command")) {
                    return false;
                }
                throw e;
            }
        });
    }
}
