package dev.clipstream.index.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/// A Lua script beside its class, called many times in one round trip.
///
/// A server that does not know the script (restarted, or its scripts flushed) is told it with the calls that it did
/// not know. Those run after later ones of their batch then; versions see to that the end is the same.
public final class RedisScript {
    private final byte[] text;
    private final byte[] digest;

    /// @param owner the class beside which the file lies
    /// @param file  its name
    public RedisScript(Class<?> owner, String file) {
        this.text = read(owner, file);
        this.digest = digest(text);
    }

    /// One call.
    ///
    /// @param keys      all of one slot
    /// @param arguments the script's own
    public record Call(List<byte[]> keys, List<byte[]> arguments) {
        public static Call of(List<String> keys, List<byte[]> arguments) {
            return new Call(keys.stream().map(Utf8::bytes).toList(), arguments);
        }
    }

    /// Calls it, in order, and asks one thing behind the calls in the same round trip.
    ///
    /// @param last is asked behind the calls; its answer comes first in the result
    /// @return the answer to `last`, then the integers that the calls returned
    /// @throws IndexUnavailableException if the server refused a call
    public <T> Result<T> call(RedisConnections redis, List<Call> calls, Question<T> last) {
        List<Response<Object>> answers = new ArrayList<>();
        Response<T> behind = redis.pipeline(pipeline -> {
            calls.forEach(call -> answers.add(pipeline.evalsha(digest, call.keys(), call.arguments())));
            return last.ask(pipeline);
        });
        List<Long> codes = new ArrayList<>();
        List<Integer> unknown = new ArrayList<>();
        JedisDataException refused = null;
        for (int i = 0; i < calls.size(); i++) {
            try {
                codes.add((Long) redis.valueOrRefusal(answers.get(i)));
            } catch (JedisNoScriptException e) {
                unknown.add(i);
                codes.add(0L); // replaced below
            } catch (JedisDataException e) {
                refused = refused == null ? e : refused;
                codes.add(0L);
            }
        }
        if (refused != null) {
            throw redis.unavailable(refused);
        }
        if (!unknown.isEmpty()) {
            List<Response<Object>> told = redis.pipeline(pipeline -> unknown.stream()
                    .map(i -> pipeline.eval(
                            text, calls.get(i).keys(), calls.get(i).arguments()))
                    .toList());
            for (int i = 0; i < unknown.size(); i++) {
                codes.set(unknown.get(i), (Long) redis.value(told.get(i)));
            }
        }
        return new Result<>(redis.value(behind), codes);
    }

    /// A question in a pipeline.
    @FunctionalInterface
    public interface Question<T> {
        Response<T> ask(AbstractPipeline pipeline);
    }

    /// @param last  the answer to what was asked behind the calls
    /// @param codes what the calls returned
    public record Result<T>(T last, List<Long> codes) {}

    private static byte[] read(Class<?> owner, String file) {
        try (InputStream in = owner.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The script " + file + " was expected beside its class, found none: build again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a server calls the script: its SHA-1 in hexadecimal digits.
    private static byte[] digest(byte[] text) {
        try {
            return Utf8.bytes(
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 was expected in every JDK, found none", e);
        }
    }
}
