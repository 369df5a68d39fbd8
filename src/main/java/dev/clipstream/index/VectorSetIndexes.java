package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.params.SetParams;

/// Indexes in a plain Redis 8, which has vector sets without the query engine: what distributions package.
///
/// An index whose meta hash is there but of which a shard is missing (a node of a cluster came back empty) counts as
/// missing as a whole: it is cleared and made anew.
public final class VectorSetIndexes implements MediaIndexes {
    static final String KIND = "vector-sets";

    private static final long CREATING_SECONDS = 60;

    private final RedisSettings settings;
    private final RedisConnections redis;

    VectorSetIndexes(RedisSettings settings, RedisConnections redis) {
        this.settings = settings;
        this.redis = redis;
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
        return names().stream()
                .flatMap(name -> byName(name).stream())
                .map(MediaIndex::describe)
                .toList();
    }

    @Override
    public synchronized MediaIndex open(ModelIdentity model) {
        Optional<MediaIndex> found = find(model);
        return found.isPresent() ? found.get() : create(model);
    }

    /// Creates an index, unless another instance does so at this moment or just has.
    private MediaIndex create(ModelIdentity model) {
        VectorSetKeys keys = new VectorSetKeys(settings.prefix(), IndexName.of(model));
        if (redis.ask(jedis -> jedis.hexists(keys.meta(), QueryMeta.ENGINE))) {
            throw QueryIndexes.otherKind(keys.name(), KIND);
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
            return find(model).orElseGet(() -> create(keys, model, born));
        } finally {
            redis.ask(jedis -> jedis.del(keys.creating()));
        }
    }

    private MediaIndex create(VectorSetKeys keys, ModelIdentity model, String born) {
        VectorSetMeta before = read(keys);
        VectorSetMeta meta = new VectorSetMeta(
                model, born, settings.shards(), settings.quantization().name());
        clear(keys, before == null ? meta.shards() : Math.max(before.shards(), meta.shards()));
        redis.ask(jedis -> {
            // shards before the index that names them: one that is found is whole
            for (int shard = 0; shard < meta.shards(); shard++) {
                jedis.set(keys.born(shard), meta.born());
            }
            jedis.del(keys.meta());
            jedis.hset(keys.meta(), meta.toFields());
            jedis.sadd(VectorSetKeys.all(settings.prefix()), keys.name());
            jedis.set(
                    VectorSetKeys.live(settings.prefix()),
                    keys.name(),
                    SetParams.setParams().nx());
            return meta;
        });
        return index(keys, meta);
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
        VectorSetMeta meta = require(name);
        if (isLive(name)) {
            throw new IllegalArgumentException(
                    "An index that is not live was expected, found " + name + " live: switch to another first");
        }
        VectorSetKeys keys = new VectorSetKeys(settings.prefix(), name);
        clear(keys, meta.shards());
        redis.ask(jedis -> {
            jedis.srem(VectorSetKeys.all(settings.prefix()), name);
            return jedis.unlink(keys.meta());
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

    private List<String> names() {
        Set<String> names = redis.ask(jedis -> jedis.smembers(VectorSetKeys.all(settings.prefix())));
        return names.stream().sorted().toList();
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
            throw new IndexMissingException("An index named '" + name + "' was expected, found " + names());
        }
        return meta;
    }

    private VectorSetMediaIndex index(VectorSetKeys keys, VectorSetMeta meta) {
        return new VectorSetMediaIndex(redis, settings, keys, meta, this);
    }
}
