package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Indexes in a Redis with the query engine (`FT.*`): the image `redis:8`, Redis Stack, Redis Cloud.
///
/// [#open] may be called on a schedule: it makes what is missing (the index after Redis came back empty, its alias) and
/// leaves alone what is there.
public final class QueryIndexes implements MediaIndexes {
    static final String KIND = "query-engine";

    private final RedisSettings settings;
    private final RedisConnections redis;
    private final RedisCatalogue catalogue;
    private final QueryEngine engine;

    QueryIndexes(RedisSettings settings, RedisConnections redis) {
        this.settings = settings;
        this.redis = redis;
        this.catalogue = new RedisCatalogue(redis, settings.prefix());
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
        return catalogue.names().stream()
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
        if (settings.replay()) {
            catalogue.see(new QueryKeys(settings.prefix(), IndexName.of(model)).meta());
        }
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
        requireOurKind(keys);
        return catalogue.alone(
                keys.name(), keys.creating(), turn -> ready(model).orElseGet(() -> create(keys, model, turn)));
    }

    /// One of the other kind has other keys, which nothing here would find.
    private void requireOurKind(QueryKeys keys) {
        Map<String, String> there = redis.ask(jedis -> jedis.hgetAll(keys.meta()));
        if (!there.isEmpty() && !KIND.equals(there.get(QueryMeta.ENGINE))) {
            throw otherKind(keys.name(), KIND);
        }
    }

    private MediaIndex create(QueryKeys keys, ModelIdentity model, RedisCatalogue.Turn turn) {
        String born = turn.id();
        QueryMeta meta = new QueryMeta(
                model, born, settings.vectorType(), settings.m(), settings.efConstruction(), IndexState.NEW);
        clear(keys);
        engine.create(QueryDefinition.create(keys, meta, settings.efRuntime()));
        engine.alias(keys.alias(), keys.definition(born));
        turn.requireHeld();
        // the definition before the hash that names it: an index that is found is whole
        Map<String, String> fields = new LinkedHashMap<>(meta.toFields(keys));
        fields.putAll(IndexState.fieldsOfNew(redis.servers()));
        redis.ask(jedis -> jedis.hset(keys.meta(), fields));
        catalogue.add(keys.name());
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
        return liveName().flatMap(this::byName);
    }

    @Override
    public Optional<String> liveName() {
        return catalogue.live();
    }

    boolean filled(QueryKeys keys, QueryMeta meta) {
        return catalogue.filled(keys.meta(), meta.born(), meta.state());
    }

    boolean isLive(String name) {
        return catalogue.isLive(name);
    }

    @Override
    public void switchTo(String name) {
        require(name);
        catalogue.switchTo(name);
    }

    @Override
    public synchronized void drop(String name) {
        if (!catalogue.names().contains(name)) {
            throw catalogue.missing(name);
        }
        QueryKeys keys = new QueryKeys(settings.prefix(), name);
        requireOurKind(keys);
        catalogue.requireNotLive(name);
        var _ = catalogue.alone(name, keys.creating(), turn -> {
            clear(keys);
            turn.requireHeld();
            catalogue.remove(name); // last: a drop that was cut short can be done again
            return name;
        });
    }

    @Override
    public IndexHealth health() {
        return redis.health(settings.prefix());
    }

    @Override
    public void close() {
        redis.close();
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
            throw catalogue.missing(name);
        }
    }

    private QueryMediaIndex index(QueryKeys keys, QueryMeta meta) {
        return new QueryMediaIndex(redis, engine, settings, keys, meta, this);
    }
}
