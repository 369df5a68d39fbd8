package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.PartlyWrittenException;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.redis.Arguments;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.MediaFields;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisScript;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes to the shards of an index. A call of `write.lua` makes one change to one medium, and many calls share a
/// round trip.
final class ShardWriter {
    private static final RedisScript SCRIPT = new RedisScript(ShardWriter.class, "write.lua");
    private static final long MISSING = -1;
    private static final long STALE = 0;

    private final RedisConnections redis;
    private final VectorSetSettings settings;
    private final Keys keys;
    private final IndexMeta<VectorSetParameters> meta;

    ShardWriter(RedisConnections redis, VectorSetSettings settings, Keys keys, IndexMeta<VectorSetParameters> meta) {
        this.redis = redis;
        this.settings = settings;
        this.keys = keys;
        this.meta = meta;
    }

    /// Writes a batch of vectors that have the right dimension.
    ///
    /// @throws PartlyWrittenException if a cluster is moving the slots of some shards
    List<WriteOutcome> write(List<MediaWrite> batch) {
        RedisScript.Attempt attempt =
                SCRIPT.tryToCall(redis, batch.stream().map(this::call).toList());
        Map<Integer, WriteOutcome> written = new TreeMap<>();
        for (int i = 0; i < batch.size(); i++) {
            Long code = attempt.codes().get(i);
            if (code != null) {
                written.put(i, outcome(code));
            }
        }
        if (attempt.refusal() != null) {
            throw new PartlyWrittenException(written, attempt.refusal());
        }
        return List.copyOf(written.values());
    }

    private WriteOutcome outcome(long code) {
        if (code == MISSING) {
            throw meta.missing();
        }
        return code == STALE ? WriteOutcome.STALE : WriteOutcome.APPLIED;
    }

    private RedisScript.Call call(MediaWrite write) {
        int shard = Keys.shardOf(write.mediaId(), meta.parameters().shards());
        List<String> names = List.of(
                keys.born(shard),
                keys.vectors(shard),
                keys.doc(shard, write.mediaId()),
                keys.uploaded(shard),
                keys.tags(shard));
        Arguments arguments = new Arguments()
                .add(meta.born(), write.mediaId())
                .add(Long.toString(settings.redis().tombstones().toSeconds()))
                .addHead(write);
        switch (write) {
            case MediaWrite.PutVector put ->
                arguments
                        .add(put.source(), FilterExpression.attributes(put.details()))
                        .add(put.vector().toLittleEndian().array())
                        .add(meta.parameters().quantization())
                        .add(Integer.toString(settings.redis().m()))
                        .add(Integer.toString(settings.redis().efConstruction()))
                        .add(Long.toString(-put.details().uploadedAt().toEpochMilli()))
                        .addAll(MediaFields.of(put.details()));
            case MediaWrite.PutTags put ->
                arguments
                        .add(put.source(), FilterExpression.attributes(put.tags()))
                        .add(MediaFields.json(FilterExpression.labels(put.tags())))
                        .addAll(MediaFields.of(put.tags()));
            case MediaWrite.DeleteVector gone -> {}
            case MediaWrite.DeleteTags gone -> {}
        }
        return RedisScript.Call.of(names, arguments.toList());
    }
}
