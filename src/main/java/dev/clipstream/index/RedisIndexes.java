package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import dev.clipstream.clip.ModelIdentity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/// Indexes in a Redis, by what it has: the query engine, else vector sets. The server is asked when it is first needed,
/// so it need not be there yet; what it said holds until this is closed.
public final class RedisIndexes implements MediaIndexes {
    private final RedisSettings settings;
    private final RedisConnections redis;
    private volatile @Nullable MediaIndexes chosen;

    private RedisIndexes(RedisSettings settings) {
        this.settings = settings;
        this.redis = new RedisConnections(settings);
    }

    /// Indexes at a server, which need not be there yet.
    public static RedisIndexes at(RedisSettings settings) {
        return new RedisIndexes(settings);
    }

    private MediaIndexes chosen() {
        MediaIndexes known = chosen;
        if (known == null) {
            known = switch (settings.engine()) {
                case QUERY_ENGINE -> new QueryIndexes(settings, redis);
                case VECTOR_SETS -> new VectorSetIndexes(settings, redis);
                case AUTO ->
                    hasQueryEngine() ? new QueryIndexes(settings, redis) : new VectorSetIndexes(settings, redis);
            };
            chosen = known;
        }
        return known;
    }

    private boolean hasQueryEngine() {
        boolean query = redis.ask(jedis -> {
            try {
                return knows(QueryEngine.send(jedis, Command.COMMAND, List.of(bytes("INFO"), bytes("FT.SEARCH"))));
            } catch (JedisAccessControlException e) {
                // an ACL user without COMMAND: the engine's own answer tells as much, a refusal included
                return listsIndexes();
            }
        });
        if (!query
                && !redis.ask(jedis ->
                        knows(QueryEngine.send(jedis, Command.COMMAND, List.of(bytes("INFO"), bytes("VSIM")))))) {
            throw new IndexUnavailableException(
                    "A Redis with the query engine or with vector sets was expected at " + redis.place()
                            + ", found one with neither: take Redis 8 or later",
                    null);
        }
        return query;
    }

    private boolean listsIndexes() {
        return redis.ask(jedis -> {
            try {
                return QueryEngine.send(jedis, QueryCommand.LIST, List.of()) != null;
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

    /// `COMMAND INFO` answers with nothing in place of a command that it does not know.
    private static boolean knows(Object answer) {
        return answer instanceof List<?> commands
                && commands.getFirst() instanceof List<?> command
                && !command.isEmpty();
    }

    /// `redis` until the server was asked what it has.
    @Override
    public String kind() {
        MediaIndexes known = chosen;
        return known == null ? "redis" : known.kind();
    }

    @Override
    public List<IndexDescription> list() {
        return chosen().list();
    }

    @Override
    public MediaIndex open(ModelIdentity model) {
        return chosen().open(model);
    }

    @Override
    public Optional<MediaIndex> find(ModelIdentity model) {
        return chosen().find(model);
    }

    @Override
    public Optional<MediaIndex> live() {
        return chosen().live();
    }

    @Override
    public Optional<String> liveName() {
        return chosen().liveName();
    }

    @Override
    public void switchTo(String name) {
        chosen().switchTo(name);
    }

    @Override
    public void drop(String name) {
        chosen().drop(name);
    }

    @Override
    public IndexHealth health() {
        return redis.health(settings.prefix());
    }

    @Override
    public void close() {
        redis.close();
    }
}
