package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Response;

/// Bare commands on vector sets.
public final class VectorSetBareClient implements BareClient {
    private final RedisSettings settings;
    private final RedisConnections redis;
    private final VectorSetKeys measured;
    private final VectorSetKeys own;

    private VectorSetBareClient(RedisSettings settings, ModelIdentity model) {
        this.settings = settings;
        this.redis = new RedisConnections(settings);
        this.measured = new VectorSetKeys(settings.prefix(), IndexName.of(model));
        this.own = new VectorSetKeys(settings.prefix(), "bare-" + UUID.randomUUID());
    }

    /// A client of the server that has the index of a model.
    ///
    /// @param settings its prefix is nobody else's: closing removes every key that begins with it
    public static VectorSetBareClient at(RedisSettings settings, ModelIdentity model) {
        return new VectorSetBareClient(settings, model);
    }

    @Override
    public void write(List<Document> documents) {
        List<Response<?>> answers = redis.pipeline(pipeline -> {
            List<Response<?>> asked = new ArrayList<>();
            for (Document document : documents) {
                int shard = VectorSetKeys.shardOf(document.mediaId(), settings.shards());
                asked.add(pipeline.sendCommand(new CommandArguments(VectorCommand.VADD)
                        .key(bytes(own.vectors(shard)))
                        .add("FP32")
                        .add(document.vector().toLittleEndian().array())
                        .add(bytes(document.mediaId()))
                        .add(settings.quantization().name().toLowerCase(Locale.ROOT))
                        .add("EF")
                        .add(settings.efConstruction())
                        .add("SETATTR")
                        .add("{" + VectorSetFilter.attributes(document.details()) + ","
                                + VectorSetFilter.attributes(document.tags()) + "}")
                        .add("M")
                        .add(settings.m())));
                asked.add(pipeline.hset(own.doc(shard, document.mediaId()), fields(document)));
                asked.add(pipeline.zadd(
                        own.uploaded(shard),
                        (double) -document.details().uploadedAt().toEpochMilli(),
                        document.mediaId()));
            }
            return asked;
        });
        answers.forEach(Response::get);
    }

    private static Map<String, String> fields(Document document) {
        List<String> pairs = new ArrayList<>(MediaFields.of(document.details()));
        pairs.addAll(MediaFields.of(document.tags()));
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            fields.put(pairs.get(i), pairs.get(i + 1));
        }
        return fields;
    }

    /// A medium that one shard found.
    private record Found(int shard, String mediaId, double score) {}

    @Override
    public List<String> nearest(Embedding vector, int limit, int effort) {
        byte[] wanted = vector.toLittleEndian().array();
        List<Response<Object>> answers = redis.pipeline(pipeline -> {
            List<Response<Object>> asked = new ArrayList<>();
            for (int shard = 0; shard < settings.shards(); shard++) {
                asked.add(pipeline.sendCommand(new CommandArguments(VectorCommand.VSIM)
                        .key(bytes(measured.vectors(shard)))
                        .add("FP32")
                        .add(wanted)
                        .add("WITHSCORES")
                        .add("COUNT")
                        .add(limit)
                        .add("EF")
                        .add(effort)));
            }
            return asked;
        });
        List<Found> found = new ArrayList<>();
        for (int shard = 0; shard < answers.size(); shard++) {
            List<?> pairs = (List<?>) answers.get(shard).get();
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                found.add(new Found(shard, text(pairs.get(i)), Double.parseDouble(text(pairs.get(i + 1)))));
            }
        }
        List<Found> best = found.stream()
                .sorted(Comparator.comparingDouble(Found::score).reversed())
                .limit(limit)
                .toList();
        redis.pipeline(pipeline -> best.stream()
                        .map(one -> pipeline.hgetAll(bytes(measured.doc(one.shard(), one.mediaId()))))
                        .toList())
                .forEach(Response::get);
        return best.stream().map(Found::mediaId).toList();
    }

    @Override
    public long usedBytes() {
        return redis.usedBytes();
    }

    @Override
    public void close() {
        try (redis) {
            redis.clear(settings.prefix());
        }
    }

    private static String text(Object bytes) {
        return bytes instanceof byte[] raw ? new String(raw, StandardCharsets.UTF_8) : String.valueOf(bytes);
    }
}
