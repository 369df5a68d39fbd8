package dev.clipstream.index.redis.vectorset;

import static dev.clipstream.index.redis.Utf8.bytes;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.redis.MediaFields;
import dev.clipstream.index.redis.RedisBareClient;
import dev.clipstream.index.rules.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ClusterCommandArguments;
import redis.clients.jedis.Response;

/// Bare commands on vector sets.
final class VectorSetBareClient extends RedisBareClient {
    private final VectorSetSettings settings;
    private final Keys measured;
    private final Keys own;

    /// @param settings with a prefix of its own: closing removes every key that begins with it
    /// @param model    whose index is measured
    VectorSetBareClient(VectorSetSettings settings, ModelIdentity model) {
        super(settings.redis());
        this.settings = settings;
        this.measured = new Keys(settings.redis().prefix(), IndexName.of(model));
        this.own = new Keys(settings.redis().prefix(), "bare-" + UUID.randomUUID());
    }

    @Override
    protected List<Response<?>> write(AbstractPipeline pipeline, Document document) {
        int shard = Keys.shardOf(document.mediaId(), settings.shards());
        Response<?> vector = pipeline.sendCommand(new ClusterCommandArguments(Command.VADD)
                .key(bytes(own.vectors(shard)))
                .add("FP32")
                .add(document.vector().toLittleEndian().array())
                .add(bytes(document.mediaId()))
                .add(settings.quantization().name().toLowerCase(Locale.ROOT))
                .add("EF")
                .add(settings.redis().efConstruction())
                .add("SETATTR")
                .add("{" + FilterExpression.attributes(document.details()) + ","
                        + FilterExpression.attributes(document.tags()) + "}")
                .add("M")
                .add(settings.redis().m()));
        Response<?> hash = pipeline.hset(own.doc(shard, document.mediaId()), fields(document));
        Response<?> order = pipeline.zadd(
                own.uploaded(shard), (double) -document.details().uploadedAt().toEpochMilli(), document.mediaId());
        return List.of(vector, hash, order);
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

    @Override
    public List<String> nearest(Embedding vector, int limit, int effort) {
        byte[] wanted = vector.toLittleEndian().array();
        List<Response<Object>> answers = redis().pipeline(pipeline -> {
            List<Response<Object>> sent = new ArrayList<>();
            for (int shard = 0; shard < settings.shards(); shard++) {
                sent.add(pipeline.sendCommand(new ClusterCommandArguments(Command.VSIM)
                        .key(bytes(measured.vectors(shard)))
                        .add("FP32")
                        .add(wanted)
                        .add("WITHSCORES")
                        .add("COUNT")
                        .add(limit)
                        .add("EF")
                        .add(effort)));
            }
            return sent;
        });
        List<ShardHit> found = new ArrayList<>();
        for (int shard = 0; shard < answers.size(); shard++) {
            found.addAll(ShardHit.read(shard, redis().value(answers.get(shard))));
        }
        List<ShardHit> best =
                found.stream().sorted(Candidate.BEST_FIRST).limit(limit).toList();
        await(redis().pipeline(pipeline -> best.stream()
                .map(hit -> pipeline.hgetAll(bytes(measured.doc(hit.shard(), hit.mediaId()))))
                .toList()));
        return best.stream().map(ShardHit::mediaId).toList();
    }
}
