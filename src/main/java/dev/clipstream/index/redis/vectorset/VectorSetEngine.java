package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.redis.IndexEngine;
import dev.clipstream.index.redis.IndexEntry;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.RedisConnections;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Keeps an index in vector sets, one for each shard, see [Keys].
///
/// An index of which a shard is missing (a node of a cluster came back empty) is not whole.
final class VectorSetEngine implements IndexEngine<VectorSetParameters> {
    static final String KIND = "vector-sets";

    private final VectorSetSettings settings;
    private final RedisConnections redis;

    VectorSetEngine(VectorSetSettings settings, RedisConnections redis) {
        this.settings = settings;
        this.redis = redis;
    }

    private Keys keys(String name) {
        return new Keys(settings.redis().prefix(), name);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean owns(Map<String, String> meta) {
        return !meta.containsKey(IndexMeta.ENGINE);
    }

    @Override
    public VectorSetParameters parameters() {
        return new VectorSetParameters(
                settings.shards(), settings.quantization().name());
    }

    @Override
    public Optional<VectorSetParameters> parameters(Map<String, String> meta) {
        return VectorSetParameters.of(meta);
    }

    @Override
    public Map<String, String> fields(IndexMeta<VectorSetParameters> meta) {
        return meta.parameters().toFields();
    }

    @Override
    public void create(IndexMeta<VectorSetParameters> meta) {
        Keys keys = keys(meta.name());
        redis.ask(jedis -> {
            for (int shard = 0; shard < meta.parameters().shards(); shard++) {
                jedis.set(keys.born(shard), meta.born());
            }
            return meta;
        });
    }

    /// Birth ids go first: from then on no instance reads or writes the shards. The meta hash goes last, since it says
    /// how many shards there are.
    @Override
    public void remove(String name, Optional<VectorSetParameters> before) {
        Keys keys = keys(name);
        int shards = Math.max(
                settings.shards(), before.map(VectorSetParameters::shards).orElse(0));
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
        redis.ask(jedis -> jedis.unlink(keys.meta()));
    }

    @Override
    public boolean isWhole(IndexMeta<VectorSetParameters> meta) {
        Keys keys = keys(meta.name());
        return redis.ask(jedis -> IntStream.range(0, meta.parameters().shards())
                .allMatch(shard -> meta.born().equals(jedis.get(keys.born(shard)))));
    }

    @Override
    public MediaIndex open(IndexEntry<VectorSetParameters> entry) {
        return new VectorSetMediaIndex(redis, settings, keys(entry.meta().name()), entry);
    }
}
