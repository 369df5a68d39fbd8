package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes hashes that the query engine indexes: what a batch changes of a medium by one call of `query-write.lua`, many
/// calls in one round trip.
final class QueryWriter {
    private static final RedisScript SCRIPT = new RedisScript("query-write.lua");
    private static final long VECTOR_APPLIED = 1;
    private static final long TAGS_APPLIED = 2;

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
        List<List<MediaWrite>> calls = new ArrayList<>();
        int[] callOf = new int[batch.size()];
        Map<String, Integer> openCall = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            MediaWrite write = batch.get(i);
            Integer open = openCall.get(write.mediaId());
            // an insertion into the graph costs more than all else: a vector and its tags are one
            if (open == null || calls.get(open).stream().anyMatch(other -> isVector(other) == isVector(write))) {
                open = calls.size();
                openCall.put(write.mediaId(), open);
                calls.add(new ArrayList<>());
            }
            calls.get(open).add(write);
            callOf[i] = open;
        }
        RedisScript.Result<String> result = SCRIPT.call(
                redis, calls.stream().map(this::call).toList(), pipeline -> pipeline.hget(keys.meta(), QueryMeta.BORN));
        // another slot than the media's in a cluster, so the script cannot look itself. What it wrote into an index
        // that was lost is removed when that is made anew
        if (!meta.born().equals(result.last())) {
            throw meta.missing(keys);
        }
        List<WriteOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            long applied = result.codes().get(callOf[i]) & (isVector(batch.get(i)) ? VECTOR_APPLIED : TAGS_APPLIED);
            outcomes.add(applied == 0 ? WriteOutcome.STALE : WriteOutcome.APPLIED);
        }
        return outcomes;
    }

    private static boolean isVector(MediaWrite write) {
        return write instanceof MediaWrite.PutVector || write instanceof MediaWrite.DeleteVector;
    }

    /// @param writes of one medium, at most one of its vector and one of its tags
    private RedisScript.Call call(List<MediaWrite> writes) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(bytes(Long.toString(settings.tombstones().toSeconds())));
        for (MediaWrite write : writes) {
            List<byte[]> own = arguments(write);
            for (String argument : List.of(
                    operation(write),
                    write.version().log(),
                    Long.toString(write.version().offset()),
                    Long.toString(write.version().time().toEpochMilli()),
                    Integer.toString(own.size()))) {
                arguments.add(bytes(argument));
            }
            arguments.addAll(own);
        }
        String mediaId = writes.getFirst().mediaId();
        return RedisScript.Call.of(List.of(keys.doc(mediaId), keys.aside(mediaId)), arguments);
    }

    private List<byte[]> arguments(MediaWrite write) {
        List<byte[]> arguments = new ArrayList<>();
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
        return arguments;
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
