package dev.clipstream.index.redis.query;

import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.redis.IndexEngine;
import dev.clipstream.index.redis.IndexEntry;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisScript;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Keeps an index in the query engine: a definition, an alias of it, and two kinds of hashes, see [Keys].
final class QueryEngine implements IndexEngine<QueryParameters> {
    static final String KIND = "query-engine";

    private static final RedisScript PROBE = new RedisScript(QueryEngine.class, "probe.lua");

    private final QueryEngineSettings settings;
    private final RedisConnections redis;
    private final Commands commands;

    QueryEngine(QueryEngineSettings settings, RedisConnections redis) {
        this.settings = settings;
        this.redis = redis;
        this.commands = new Commands(redis);
    }

    private Keys keys(String name) {
        return new Keys(settings.redis().prefix(), name);
    }

    @Override
    public void probeReads(String key) {
        for (Command command : List.of(Command.SEARCH, Command.AGGREGATE)) {
            commands.probe(command, key, "*");
        }
        commands.probe(Command.INFO, key);
    }

    @Override
    public void probeWrites(String key) {
        // incomplete, or for an index that does not exist: refused after the rights were checked
        for (Command command : List.of(Command.CREATE, Command.DROP_INDEX)) {
            commands.probe(command, key);
        }
        commands.probe(Command.ALIAS_UPDATE, key, key);
        var _ = PROBE.call(redis, List.of(RedisScript.Call.of(List.of(key + ":doc"), List.of())));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean owns(Map<String, String> meta) {
        return KIND.equals(meta.get(IndexMeta.ENGINE));
    }

    @Override
    public QueryParameters parameters() {
        return new QueryParameters(
                settings.vectorType(), settings.redis().m(), settings.redis().efConstruction());
    }

    @Override
    public Optional<QueryParameters> parameters(Map<String, String> meta) {
        return QueryParameters.of(meta);
    }

    @Override
    public Map<String, String> fields(IndexMeta<QueryParameters> meta) {
        return meta.parameters().toFields(keys(meta.name()));
    }

    @Override
    public void create(IndexMeta<QueryParameters> meta) {
        Keys keys = keys(meta.name());
        commands.create(Definition.create(keys, meta, settings.efRuntime()));
        commands.alias(keys.alias(), keys.definition(meta.born()));
    }

    /// Removes definitions, then hashes: without the index over them that costs little, and `FT.DROPINDEX … DD`
    /// would block the server until all of them are gone, and leave those that it could not index.
    @Override
    public void remove(String name, Optional<QueryParameters> before) {
        Keys keys = keys(name);
        redis.execute(jedis -> jedis.unlink(keys.meta()));
        commands.list(keys.definitions()).forEach(commands::drop);
        redis.clear(keys.docs());
        redis.clear(keys.asides());
    }

    /// A lost definition is noticed by the first search, since its name has the birth id in it.
    @Override
    public boolean isWhole(IndexMeta<QueryParameters> meta) {
        return true;
    }

    /// Whether the definition is there; a lost alias is set again.
    @Override
    public boolean repair(IndexMeta<QueryParameters> meta) {
        Keys keys = keys(meta.name());
        String definition = keys.definition(meta.born());
        int dimension = meta.model().dimension();
        Predicate<Replies.Info> ours =
                info -> info.name().equals(definition) && (info.dimension() == 0 || info.dimension() == dimension);
        if (commands.info(keys.alias()).filter(ours).isEmpty()) {
            if (commands.info(definition).filter(ours).isEmpty()) {
                return false;
            }
            commands.alias(keys.alias(), definition);
        }
        return true;
    }

    @Override
    public MediaIndex open(IndexEntry<QueryParameters> entry) {
        return new QueryMediaIndex(redis, commands, settings, keys(entry.meta().name()), entry);
    }
}
