package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.redis.IndexEngine;
import dev.clipstream.index.redis.IndexEntry;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisScript;
import dev.clipstream.index.redis.Utf8;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import redis.clients.jedis.ClusterCommandArguments;

/// Keeps an index in vector sets, one for each shard, see [Keys].
///
/// An index is not whole if a shard is missing, as when a node of a cluster came back empty.
final class VectorSetEngine implements IndexEngine<VectorSetParameters> {
    static final String KIND = "vector-sets";

    private static final RedisScript PROBE = new RedisScript(VectorSetEngine.class, "probe.lua");

    private final VectorSetSettings settings;
    private final RedisConnections redis;
    private final LostMedia lost;

    VectorSetEngine(VectorSetSettings settings, RedisConnections redis) {
        this.settings = settings;
        this.redis = redis;
        this.lost = new LostMedia(redis.evictions());
    }

    private Keys keys(String name) {
        return new Keys(settings.redis().prefix(), name);
    }

    @Override
    public void probeReads(String key) {
        redis.execute(jedis -> {
            byte[] missing = Utf8.bytes(key + ":vectors");
            jedis.executeCommand(new ClusterCommandArguments(Command.VCARD).key(missing));
            jedis.executeCommand(
                    new ClusterCommandArguments(Command.VEMB).key(missing).add("probe"));
            return jedis.executeCommand(new ClusterCommandArguments(Command.VSIM)
                    .key(missing)
                    .add("VALUES")
                    .add(1)
                    .add(1));
        });
    }

    @Override
    public void probeWrites(String key) {
        var _ = PROBE.call(
                redis,
                List.of(RedisScript.Call.of(List.of(key + ":vectors", key + ":doc", key + ":uploaded"), List.of())));
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
        redis.execute(jedis -> {
            for (int shard = 0; shard < meta.parameters().shards(); shard++) {
                jedis.set(keys.born(shard), meta.born());
            }
            return meta;
        });
    }

    /// Removes birth ids first: from then on no instance reads or writes the shards. Removes the meta hash last,
    /// since it contains the number of shards.
    @Override
    public void remove(String name, Optional<VectorSetParameters> before) {
        Keys keys = keys(name);
        int shards = Math.max(
                settings.shards(), before.map(VectorSetParameters::shards).orElse(0));
        redis.execute(jedis -> {
            for (int shard = 0; shard < shards; shard++) {
                jedis.unlink(keys.born(shard));
            }
            return shards;
        });
        for (int shard = 0; shard < shards; shard++) {
            redis.clear(keys.docs(shard));
            String[] whole = {keys.vectors(shard), keys.uploaded(shard), keys.tags(shard)};
            redis.execute(jedis -> jedis.unlink(whole));
        }
        redis.execute(jedis -> jedis.unlink(keys.meta()));
    }

    @Override
    public boolean isWhole(IndexMeta<VectorSetParameters> meta) {
        Keys keys = keys(meta.name());
        return redis.execute(jedis -> IntStream.range(0, meta.parameters().shards())
                .allMatch(shard -> meta.born().equals(jedis.get(keys.born(shard)))));
    }

    @Override
    public MediaIndex open(IndexEntry<VectorSetParameters> entry) {
        return new VectorSetMediaIndex(redis, settings, keys(entry.meta().name()), entry, lost);
    }
}
