package dev.clipstream.index.redis.query;

import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.redis.Arguments;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.MediaFields;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisScript;
import dev.clipstream.index.rules.FilterTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes the hashes that the query engine indexes. A call of `write.lua` makes the changes of a batch to one
/// medium, and many calls share a round trip.
final class HashWriter {
    private static final RedisScript SCRIPT = new RedisScript(HashWriter.class, "write.lua");
    private static final long VECTOR_APPLIED = 1;
    private static final long TAGS_APPLIED = 2;

    private final RedisConnections redis;
    private final Duration tombstones;
    private final Keys keys;
    private final IndexMeta<QueryParameters> meta;

    HashWriter(RedisConnections redis, Duration tombstones, Keys keys, IndexMeta<QueryParameters> meta) {
        this.redis = redis;
        this.tombstones = tombstones;
        this.keys = keys;
        this.meta = meta;
    }

    /// Writes a batch of vectors that have the right dimension.
    List<WriteOutcome> write(List<MediaWrite> batch) {
        List<List<MediaWrite>> calls = new ArrayList<>();
        int[] callOf = new int[batch.size()];
        Map<String, Integer> openCall = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            MediaWrite write = batch.get(i);
            Integer open = openCall.get(write.mediaId());
            // inserting into the graph costs most, so a vector and its tags share a call
            if (open == null || calls.get(open).stream().anyMatch(other -> isVector(other) == isVector(write))) {
                open = calls.size();
                openCall.put(write.mediaId(), open);
                calls.add(new ArrayList<>());
            }
            calls.get(open).add(write);
            callOf[i] = open;
        }
        RedisScript.Result<String> result = SCRIPT.call(
                redis, calls.stream().map(this::call).toList(), pipeline -> pipeline.hget(keys.meta(), IndexMeta.BORN));
        // in a cluster the meta hash is in another slot than the media, so the script cannot check it. What was written
        // into a lost index is removed when the index is created again
        if (!meta.born().equals(result.last())) {
            throw meta.missing();
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

    /// @param writes to one medium, at most one of its vector and one of its tags
    private RedisScript.Call call(List<MediaWrite> writes) {
        Arguments arguments = new Arguments().add(Long.toString(tombstones.toSeconds()));
        for (MediaWrite write : writes) {
            List<byte[]> own = own(write);
            arguments.addHead(write).add(Integer.toString(own.size()));
            own.forEach(arguments::add);
        }
        String mediaId = writes.getFirst().mediaId();
        return RedisScript.Call.of(List.of(keys.doc(mediaId), keys.aside(mediaId)), arguments.toList());
    }

    /// Returns the arguments that follow the head of a write.
    private List<byte[]> own(MediaWrite write) {
        Arguments arguments = new Arguments();
        switch (write) {
            case MediaWrite.PutVector put ->
                arguments
                        .add(put.source())
                        .add(Definition.MEDIA_ID, put.mediaId())
                        .add(Definition.VECTOR)
                        .add(meta.parameters().vectorType().write(put.vector()))
                        .add(Definition.ATTRIBUTES, attributes(put.details()))
                        .addAll(MediaFields.of(put.details()));
            case MediaWrite.PutTags put ->
                arguments
                        .add(put.source(), labels(put.tags()))
                        .add(String.join(",", FilterQuery.words(put.tags())))
                        .add(put.tags().labelSets().keySet().stream()
                                .map(FilterTokens::encode)
                                .collect(Collectors.joining(",")))
                        .addAll(MediaFields.of(put.tags()));
            case MediaWrite.DeleteVector gone -> {}
            case MediaWrite.DeleteTags gone -> {}
        }
        return arguments.toList();
    }

    static String attributes(MediaDetails details) {
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
}
