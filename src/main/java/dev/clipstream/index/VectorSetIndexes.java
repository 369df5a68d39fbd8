package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Indexes in a plain Redis 8, which has vector sets without the query engine: what distributions package.
///
/// An index whose meta hash is there but of which a shard is missing (a node of a cluster came back empty) counts as
/// missing as a whole: it is cleared and made anew.
public final class VectorSetIndexes implements MediaIndexes {
    static final String KIND = "vector-sets";

    private final RedisSettings settings;
    private final RedisConnections redis;
    private final RedisCatalogue catalogue;

    VectorSetIndexes(RedisSettings settings, RedisConnections redis) {
        this.settings = settings;
        this.redis = redis;
        this.catalogue = new RedisCatalogue(redis, settings.prefix());
    }

    /// Indexes at a server, which need not be there yet.
    public static VectorSetIndexes at(RedisSettings settings) {
        return new VectorSetIndexes(settings, new RedisConnections(settings));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<IndexDescription> list() {
        return catalogue.names().stream()
                .flatMap(name -> byName(name).stream())
                .map(MediaIndex::describe)
                .toList();
    }

    @Override
    public synchronized MediaIndex open(ModelIdentity model) {
        if (settings.replay()) {
            catalogue.see(new VectorSetKeys(settings.prefix(), IndexName.of(model)).meta());
        }
        Optional<MediaIndex> found = find(model);
        return found.isPresent() ? found.get() : create(model);
    }

    /// Creates an index, unless another instance does so at this moment or just has.
    private MediaIndex create(ModelIdentity model) {
        VectorSetKeys keys = new VectorSetKeys(settings.prefix(), IndexName.of(model));
        if (redis.ask(jedis -> jedis.hexists(keys.meta(), QueryMeta.ENGINE))) {
            throw QueryIndexes.otherKind(keys.name(), KIND);
        }
        return catalogue.alone(
                keys.name(), keys.creating(), turn -> find(model).orElseGet(() -> create(keys, model, turn)));
    }

    private MediaIndex create(VectorSetKeys keys, ModelIdentity model, RedisCatalogue.Turn turn) {
        VectorSetMeta before = read(keys);
        VectorSetMeta meta = new VectorSetMeta(
                model, turn.id(), settings.shards(), settings.quantization().name(), IndexState.NEW);
        clear(keys, before == null ? meta.shards() : Math.max(before.shards(), meta.shards()));
        turn.requireHeld();
        redis.ask(jedis -> {
            // shards before the index that names them: one that is found is whole
            for (int shard = 0; shard < meta.shards(); shard++) {
                jedis.set(keys.born(shard), meta.born());
            }
            jedis.del(keys.meta());
            Map<String, String> fields = new LinkedHashMap<>(meta.toFields());
            fields.putAll(IndexState.fieldsOfNew(redis.servers()));
            return jedis.hset(keys.meta(), fields);
        });
        catalogue.add(keys.name());
        return index(keys, meta);
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

    boolean filled(VectorSetKeys keys, VectorSetMeta meta) {
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
        VectorSetKeys keys = new VectorSetKeys(settings.prefix(), name);
        catalogue.requireNotLive(name);
        var _ = catalogue.alone(name, keys.creating(), turn -> {
            clear(keys, require(name).shards());
            turn.requireHeld();
            catalogue.remove(name);
            return redis.ask(jedis -> jedis.unlink(keys.meta()));
        });
    }

    /// Removes what shards hold. Their birth ids go first: from then on nobody reads or writes them.
    private void clear(VectorSetKeys keys, int shards) {
        redis.ask(jedis -> {
            for (int shard = 0; shard < shards; shard++) {
                jedis.unlink(keys.born(shard));
            }
            return shards;
        });
        for (int shard = 0; shard < shards; shard++) {
            redis.clear(keys.docs(shard));
            String[] whole = {keys.vectors(shard), keys.uploaded(shard), keys.tags(shard)};
            redis.ask(jedis -> jedis.unlink(whole));
        }
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
        VectorSetKeys keys = new VectorSetKeys(settings.prefix(), name);
        VectorSetMeta meta = read(keys);
        return meta != null && isWhole(keys, meta) ? Optional.of(index(keys, meta)) : Optional.empty();
    }

    private boolean isWhole(VectorSetKeys keys, VectorSetMeta meta) {
        return redis.ask(jedis -> Stream.iterate(0, shard -> shard + 1)
                .limit(meta.shards())
                .allMatch(shard -> meta.born().equals(jedis.get(keys.born(shard)))));
    }

    /// What an index is; null: it is not there.
    @Nullable
    VectorSetMeta read(VectorSetKeys keys) {
        return VectorSetMeta.of(redis.ask(jedis -> jedis.hgetAll(keys.meta())));
    }

    private VectorSetMeta require(String name) {
        VectorSetMeta meta = read(new VectorSetKeys(settings.prefix(), name));
        if (meta == null) {
            throw catalogue.missing(name);
        }
        return meta;
    }

    private VectorSetMediaIndex index(VectorSetKeys keys, VectorSetMeta meta) {
        return new VectorSetMediaIndex(redis, settings, keys, meta, this);
    }
}
