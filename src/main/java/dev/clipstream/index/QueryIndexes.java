package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.params.SetParams;

/// Indexes in a Redis with the query engine (`FT.*`): the image `redis:8`, Redis Stack, Redis Cloud.
///
/// [#open] may be called on a schedule: it makes what is missing (the index after Redis came back empty, its alias) and
/// leaves alone what is there.
public final class QueryIndexes implements MediaIndexes {
    static final String KIND = "query-engine";

    private static final long CREATING_SECONDS = 60;

    private final RedisSettings settings;
    private final RedisConnections redis;
    private final QueryEngine engine;

    QueryIndexes(RedisSettings settings, RedisConnections redis) {
        this.settings = settings;
        this.redis = redis;
        this.engine = new QueryEngine(redis);
    }

    /// Indexes at a server, which need not be there yet.
    public static QueryIndexes at(RedisSettings settings) {
        return new QueryIndexes(settings, new RedisConnections(settings));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<IndexDescription> list() {
        return names().stream()
                .flatMap(name -> byName(name).stream())
                .flatMap(QueryIndexes::described)
                .toList();
    }

    /// One whose definition was lost is not there.
    private static Stream<IndexDescription> described(MediaIndex index) {
        try {
            return Stream.of(index.describe());
        } catch (IndexMissingException e) {
            return Stream.empty();
        }
    }

    @Override
    public synchronized MediaIndex open(ModelIdentity model) {
        return ready(model).orElseGet(() -> create(model));
    }

    /// The index of a model if it is whole; its alias is mended on the way.
    private Optional<MediaIndex> ready(ModelIdentity model) {
        QueryKeys keys = new QueryKeys(settings.prefix(), IndexName.of(model));
        QueryMeta meta = read(keys);
        if (meta == null) {
            return Optional.empty();
        }
        String definition = keys.definition(meta.born());
        Predicate<QueryReplies.Info> ours = info ->
                info.name().equals(definition) && (info.dimension() == 0 || info.dimension() == model.dimension());
        if (engine.info(keys.alias()).filter(ours).isEmpty()) {
            if (engine.info(definition).filter(ours).isEmpty()) {
                return Optional.empty();
            }
            engine.alias(keys.alias(), definition);
        }
        return Optional.of(index(keys, meta));
    }

    /// Creates an index, unless another instance does so at this moment or just has.
    private MediaIndex create(ModelIdentity model) {
        QueryKeys keys = new QueryKeys(settings.prefix(), IndexName.of(model));
        Map<String, String> before = redis.ask(jedis -> jedis.hgetAll(keys.meta()));
        if (!before.isEmpty() && !KIND.equals(before.get(QueryMeta.ENGINE))) {
            throw otherKind(keys.name(), KIND);
        }
        String born = UUID.randomUUID().toString();
        boolean first = redis.ask(jedis -> "OK"
                .equals(jedis.set(
                        keys.creating(), born, SetParams.setParams().nx().ex(CREATING_SECONDS))));
        if (!first) {
            throw new IndexUnavailableException(
                    "The index " + keys.name() + " was expected, found that another instance creates it: it is tried"
                            + " again",
                    null);
        }
        try {
            return ready(model).orElseGet(() -> create(keys, model, born));
        } finally {
            redis.ask(jedis -> jedis.del(keys.creating()));
        }
    }

    private MediaIndex create(QueryKeys keys, ModelIdentity model, String born) {
        QueryMeta meta = new QueryMeta(model, born, settings.vectorType(), settings.m(), settings.efConstruction());
        clear(keys);
        engine.create(QueryDefinition.create(keys, meta, settings.efRuntime()));
        engine.alias(keys.alias(), keys.definition(born));
        redis.ask(jedis -> {
            // the definition before the hash that names it: an index that is found is whole
            jedis.hset(keys.meta(), meta.toFields(keys));
            jedis.sadd(VectorSetKeys.all(settings.prefix()), keys.name());
            jedis.set(
                    VectorSetKeys.live(settings.prefix()),
                    keys.name(),
                    SetParams.setParams().nx());
            return meta;
        });
        return index(keys, meta);
    }

    /// Removes definitions, then hashes: without the index over them that costs little, and `FT.DROPINDEX … DD` would
    /// hold up the server for all of them, and leave those that it could not index.
    private void clear(QueryKeys keys) {
        redis.ask(jedis -> jedis.unlink(keys.meta()));
        engine.list(keys.definitions()).forEach(engine::drop);
        redis.clear(keys.docs());
        redis.clear(keys.asides());
    }

    static IllegalArgumentException otherKind(String name, String expected) {
        return new IllegalArgumentException("An index " + name + " of the kind " + expected
                + " was expected, or none, found one of another kind: drop it with index.engine set to its kind, or set"
                + " another index.prefix");
    }

    @Override
    public Optional<MediaIndex> find(ModelIdentity model) {
        return byName(IndexName.of(model));
    }

    @Override
    public Optional<MediaIndex> live() {
        String name = redis.ask(jedis -> Optional.ofNullable(jedis.get(VectorSetKeys.live(settings.prefix()))))
                .orElse(null);
        return name == null ? Optional.empty() : byName(name);
    }

    boolean isLive(String name) {
        return redis.ask(jedis -> name.equals(jedis.get(VectorSetKeys.live(settings.prefix()))));
    }

    @Override
    public void switchTo(String name) {
        require(name);
        redis.ask(jedis -> jedis.set(VectorSetKeys.live(settings.prefix()), name));
    }

    @Override
    public synchronized void drop(String name) {
        require(name);
        if (isLive(name)) {
            throw new IllegalArgumentException(
                    "An index that is not live was expected, found " + name + " live: switch to another first");
        }
        redis.ask(jedis -> jedis.srem(VectorSetKeys.all(settings.prefix()), name));
        clear(new QueryKeys(settings.prefix(), name));
    }

    @Override
    public IndexHealth health() {
        return redis.health(settings.prefix());
    }

    @Override
    public void close() {
        redis.close();
    }

    private List<String> names() {
        Set<String> names = redis.ask(jedis -> jedis.smembers(VectorSetKeys.all(settings.prefix())));
        return names.stream().sorted().toList();
    }

    private Optional<MediaIndex> byName(String name) {
        QueryKeys keys = new QueryKeys(settings.prefix(), name);
        return Optional.ofNullable(read(keys)).map(meta -> index(keys, meta));
    }

    /// What an index is; null: it is not there.
    @Nullable
    QueryMeta read(QueryKeys keys) {
        return QueryMeta.of(redis.ask(jedis -> jedis.hgetAll(keys.meta())));
    }

    private void require(String name) {
        if (read(new QueryKeys(settings.prefix(), name)) == null) {
            throw new IndexMissingException("An index named '" + name + "' was expected, found " + names());
        }
    }

    private QueryMediaIndex index(QueryKeys keys, QueryMeta meta) {
        return new QueryMediaIndex(redis, engine, settings, keys, meta, this);
    }
}
