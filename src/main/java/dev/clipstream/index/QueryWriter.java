package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes hashes that the query engine indexes: each medium's change by one call of `query-write.lua`, many calls in
/// one round trip.
final class QueryWriter {
    private static final RedisScript SCRIPT = new RedisScript("query-write.lua");
    private static final long STALE = 0;

    private final RedisConnections redis;
    private final RedisSettings settings;
    private final QueryKeys keys;
    private final QueryMeta meta;

    QueryWriter(RedisConnections redis, RedisSettings settings, QueryKeys keys, QueryMeta meta) {
        this.redis = redis;
        this.settings = settings;
        this.keys = keys;
        this.meta = meta;
    }

    /// Writes a batch of vectors of the right dimension.
    List<WriteOutcome> write(List<MediaWrite> batch) {
        RedisScript.Result<String> result = SCRIPT.call(
                redis, batch.stream().map(this::call).toList(), pipeline -> pipeline.hget(keys.meta(), QueryMeta.BORN));
        // another slot than the media's in a cluster, so the script cannot look itself. What it wrote into an index
        // that
        // was lost is removed when that is made anew
        if (!meta.born().equals(result.last())) {
            throw meta.missing(keys);
        }
        return result.codes().stream()
                .map(code -> code == STALE ? WriteOutcome.STALE : WriteOutcome.APPLIED)
                .toList();
    }

    private RedisScript.Call call(MediaWrite write) {
        List<byte[]> arguments = new ArrayList<>();
        for (String argument : List.of(
                operation(write),
                write.version().log(),
                Long.toString(write.version().offset()),
                Long.toString(write.version().time().toEpochMilli()),
                Long.toString(settings.tombstones().toSeconds()))) {
            arguments.add(bytes(argument));
        }
        switch (write) {
            case MediaWrite.PutVector put -> {
                arguments.add(bytes(put.source()));
                add(arguments, QueryDefinition.MEDIA_ID, bytes(put.mediaId()));
                add(arguments, QueryDefinition.VECTOR, meta.vectorType().write(put.vector()));
                add(arguments, QueryDefinition.ATTRIBUTES, bytes(attributes(put.details())));
                MediaFields.of(put.details()).forEach(field -> arguments.add(bytes(field)));
            }
            case MediaWrite.PutTags put -> {
                arguments.add(bytes(put.source()));
                arguments.add(bytes(labels(put.tags())));
                arguments.add(bytes(String.join(",", QueryFilter.words(put.tags()))));
                arguments.add(bytes(FilterTokens.encode(put.tags().labelSet())));
                MediaFields.of(put.tags()).forEach(field -> arguments.add(bytes(field)));
            }
            case MediaWrite.DeleteVector gone -> {}
            case MediaWrite.DeleteTags gone -> {}
        }
        return RedisScript.Call.of(List.of(keys.doc(write.mediaId()), keys.aside(write.mediaId())), arguments);
    }

    private static void add(List<byte[]> arguments, String field, byte[] value) {
        arguments.add(bytes(field));
        arguments.add(value);
    }

    private static String attributes(MediaDetails details) {
        return details.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(FilterTokens::attribute)
                .collect(Collectors.joining(","));
    }

    private static String labels(TagSet tags) {
        return tags.tags().stream()
                .map(tag -> FilterTokens.encode(tag.labelId()))
                .distinct()
                .collect(Collectors.joining(","));
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
