package dev.clipstream.index;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/// Writes to vector sets: each medium's change by one call of `vector-set-write.lua`, many calls in one round trip.
///
/// A server that does not know the script (restarted, or its scripts flushed) is told it with the calls that it did
/// not know. Those run after later ones of their batch then; versions see to that the end is the same.
final class VectorSetWriter {
    private static final byte[] SCRIPT = script();
    private static final byte[] DIGEST = digest();
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

    /// One call of the script.
    private record Call(List<byte[]> keys, List<byte[]> arguments) {}

    /// Writes a batch of vectors of the right dimension.
    List<WriteOutcome> write(List<MediaWrite> batch) {
        List<Call> calls = batch.stream().map(this::call).toList();
        List<Response<Object>> answers = redis.pipeline(pipeline -> {
            List<Response<Object>> asked = new ArrayList<>();
            calls.forEach(call -> asked.add(pipeline.evalsha(DIGEST, call.keys(), call.arguments())));
            return asked;
        });
        List<Integer> unknown = new ArrayList<>();
        List<WriteOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            try {
                outcomes.add(outcome(answers.get(i).get()));
            } catch (JedisNoScriptException e) {
                unknown.add(i);
                outcomes.add(WriteOutcome.STALE); // replaced below
            } catch (JedisDataException e) {
                throw redis.unavailable(e);
            }
        }
        if (!unknown.isEmpty()) {
            retry(unknown, calls, outcomes);
        }
        return outcomes;
    }

    private void retry(List<Integer> unknown, List<Call> calls, List<WriteOutcome> outcomes) {
        List<Response<Object>> answers = redis.pipeline(pipeline -> {
            List<Response<Object>> asked = new ArrayList<>();
            unknown.forEach(i -> asked.add(evaluate(pipeline, calls.get(i))));
            return asked;
        });
        for (int i = 0; i < unknown.size(); i++) {
            try {
                outcomes.set(unknown.get(i), outcome(answers.get(i).get()));
            } catch (JedisDataException e) {
                throw redis.unavailable(e);
            }
        }
    }

    private static Response<Object> evaluate(AbstractPipeline pipeline, Call call) {
        return pipeline.eval(SCRIPT, call.keys(), call.arguments());
    }

    private WriteOutcome outcome(Object answer) {
        long code = (Long) answer;
        if (code == MISSING) {
            throw meta.missing(keys);
        }
        return code == STALE ? WriteOutcome.STALE : WriteOutcome.APPLIED;
    }

    private Call call(MediaWrite write) {
        int shard = VectorSetKeys.shardOf(write.mediaId(), meta.shards());
        List<byte[]> names = new ArrayList<>();
        for (String key : List.of(
                keys.born(shard),
                keys.vectors(shard),
                keys.doc(shard, write.mediaId()),
                keys.uploaded(shard),
                keys.tags(shard))) {
            names.add(bytes(key));
        }
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
        return new Call(names, arguments);
    }

    private static String operation(MediaWrite write) {
        return switch (write) {
            case MediaWrite.PutVector put -> "v+";
            case MediaWrite.DeleteVector gone -> "v-";
            case MediaWrite.PutTags put -> "t+";
            case MediaWrite.DeleteTags gone -> "t-";
        };
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] script() {
        try (InputStream in = VectorSetWriter.class.getResourceAsStream("vector-set-write.lua")) {
            if (in == null) {
                throw new IllegalStateException(
                        "The script vector-set-write.lua was expected beside its class, found none: build again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a server calls the script: its SHA-1 in hexadecimal digits.
    private static byte[] digest() {
        try {
            return bytes(
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(SCRIPT)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 was expected in every JDK, found none", e);
        }
    }
}
