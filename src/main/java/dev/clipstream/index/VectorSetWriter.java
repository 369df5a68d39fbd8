package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import java.util.ArrayList;
import java.util.List;

/// Writes to vector sets: each medium's change by one call of `vector-set-write.lua`, many calls in one round trip.
final class VectorSetWriter {
    private static final RedisScript SCRIPT = new RedisScript("vector-set-write.lua");
    private static final long MISSING = -1;
    private static final long STALE = 0;

    private final RedisConnections redis;
    private final RedisSettings settings;
    private final VectorSetKeys keys;
    private final VectorSetMeta meta;

    VectorSetWriter(RedisConnections redis, RedisSettings settings, VectorSetKeys keys, VectorSetMeta meta) {
        this.redis = redis;
        this.settings = settings;
        this.keys = keys;
        this.meta = meta;
    }

    /// Writes a batch of vectors of the right dimension.
    List<WriteOutcome> write(List<MediaWrite> batch) {
        return SCRIPT
                .call(redis, batch.stream().map(this::call).toList(), pipeline -> pipeline.exists(keys.meta()))
                .codes()
                .stream()
                .map(this::outcome)
                .toList();
    }

    private WriteOutcome outcome(long code) {
        if (code == MISSING) {
            throw meta.missing(keys);
        }
        return code == STALE ? WriteOutcome.STALE : WriteOutcome.APPLIED;
    }

    private RedisScript.Call call(MediaWrite write) {
        int shard = VectorSetKeys.shardOf(write.mediaId(), meta.shards());
        List<String> names = List.of(
                keys.born(shard),
                keys.vectors(shard),
                keys.doc(shard, write.mediaId()),
                keys.uploaded(shard),
                keys.tags(shard));
        List<byte[]> arguments = new ArrayList<>();
        for (String argument : List.of(
                meta.born(),
                operation(write),
                write.mediaId(),
                write.version().log(),
                Long.toString(write.version().offset()),
                Long.toString(write.version().time().toEpochMilli()),
                Long.toString(settings.tombstones().toSeconds()))) {
            arguments.add(bytes(argument));
        }
        switch (write) {
            case MediaWrite.PutVector put -> {
                arguments.add(bytes(put.source()));
                arguments.add(bytes(VectorSetFilter.attributes(put.details())));
                arguments.add(put.vector().toLittleEndian().array());
                arguments.add(bytes(meta.quantization()));
                arguments.add(bytes(Integer.toString(settings.m())));
                arguments.add(bytes(Integer.toString(settings.efConstruction())));
                arguments.add(bytes(Long.toString(-put.details().uploadedAt().toEpochMilli())));
                MediaFields.of(put.details()).forEach(field -> arguments.add(bytes(field)));
            }
            case MediaWrite.PutTags put -> {
                arguments.add(bytes(put.source()));
                arguments.add(bytes(VectorSetFilter.attributes(put.tags())));
                arguments.add(bytes(MediaFields.json(VectorSetFilter.labels(put.tags()))));
                MediaFields.of(put.tags()).forEach(field -> arguments.add(bytes(field)));
            }
            case MediaWrite.DeleteVector gone -> {}
            case MediaWrite.DeleteTags gone -> {}
        }
        return RedisScript.Call.of(names, arguments);
    }

    private static String operation(MediaWrite write) {
        return switch (write) {
            case MediaWrite.PutVector put -> "v+";
            case MediaWrite.DeleteVector gone -> "v-";
            case MediaWrite.PutTags put -> "t+";
            case MediaWrite.DeleteTags gone -> "t-";
        };
    }
}
