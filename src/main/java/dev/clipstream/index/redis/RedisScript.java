package dev.clipstream.index.redis;

import dev.clipstream.index.IndexUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/// A Lua script that is called many times in one round trip. Safe for use by many threads.
///
/// A server that does not know the script, because it was restarted or its scripts were flushed, gets the text with
/// the calls that failed. These then run after later calls of their batch; since each write compares versions, the
/// result is the same.
public final class RedisScript {
    /// Decides which version is newer.
    private static final String VERSIONS = "newer.lua";

    private final byte[] text;
    private final byte[] digest;

    /// Reads a script that writes media. It may use the functions of `newer.lua`.
    ///
    /// @param owner the class beside which the file lies
    /// @param file  name of the file
    public RedisScript(Class<?> owner, String file) {
        this.text = Utf8.bytes(read(RedisScript.class, VERSIONS) + "\n" + read(owner, file));
        this.digest = digest(text);
    }

    /// A call of a script.
    ///
    /// @param keys      all of one slot
    /// @param arguments of the script
    public record Call(List<byte[]> keys, List<byte[]> arguments) {
        /// Returns a call with text keys.
        public static Call of(List<String> keys, List<byte[]> arguments) {
            return new Call(keys.stream().map(Utf8::bytes).toList(), arguments);
        }
    }

    /// Calls the script many times, in order.
    ///
    /// @return the integers that the calls returned, in their order
    /// @throws IndexUnavailableException if the server refuses a call, or does not answer
    public List<Long> call(RedisConnections redis, List<Call> calls) {
        Attempt attempt = tryToCall(redis, calls);
        if (attempt.refusal() != null) {
            throw attempt.refusal();
        }
        return attempt.codes().stream().map(Objects::requireNonNull).toList();
    }

    /// Calls the script many times, in order, except the calls whose slots a cluster is moving to another node.
    ///
    /// @throws IndexUnavailableException if the server refuses a call for another reason, or does not answer
    public Attempt tryToCall(RedisConnections redis, List<Call> calls) {
        List<Response<Object>> answers = redis.pipeline(pipeline -> send(pipeline, calls));
        Map<Integer, JedisDataException> moving = new TreeMap<>();
        List<@Nullable Long> codes = new ArrayList<>(codes(redis, calls, answers, moving));
        IndexUnavailableException refusal = null;
        for (int position : moving.keySet()) {
            Call call = calls.get(position);
            try {
                // other than a pipeline, a single call follows its slot
                codes.set(position, (Long)
                        redis.executeOrRefuse(jedis -> jedis.eval(text, call.keys(), call.arguments())));
            } catch (JedisDataException e) {
                codes.set(position, null);
                refusal = redis.unavailable(e);
            }
        }
        return new Attempt(codes, refusal);
    }

    /// Calls the script many times, in order, and reads one more answer in the same round trip.
    ///
    /// @param last command that follows the calls
    /// @throws dev.clipstream.index.IndexUnavailableException if the server refuses a call, or does not answer
    public <T> Result<T> call(RedisConnections redis, List<Call> calls, Trailing<T> last) {
        List<Response<Object>> answers = new ArrayList<>();
        Response<T> trailing = redis.pipeline(pipeline -> {
            answers.addAll(send(pipeline, calls));
            return last.send(pipeline);
        });
        Map<Integer, JedisDataException> moving = new TreeMap<>();
        List<Long> codes = codes(redis, calls, answers, moving);
        if (!moving.isEmpty()) {
            throw redis.unavailable(moving.values().iterator().next());
        }
        return new Result<>(redis.value(trailing), codes);
    }

    private List<Response<Object>> send(AbstractPipeline pipeline, List<Call> calls) {
        return calls.stream()
                .map(call -> pipeline.evalsha(digest, call.keys(), call.arguments()))
                .toList();
    }

    /// Reads the answers, and repeats the calls of which the server did not know the script.
    ///
    /// @param moving gets the refusals of calls whose slots are at another node, or on their way there
    private List<Long> codes(
            RedisConnections redis,
            List<Call> calls,
            List<Response<Object>> answers,
            Map<Integer, JedisDataException> moving) {
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
                codes.add(0L); // replaced by the caller if the slot is moving
                if (isMoving(e)) {
                    moving.put(i, e);
                } else if (refused == null) {
                    refused = e;
                }
            }
        }
        if (refused != null) {
            throw redis.unavailable(refused);
        }
        if (!unknown.isEmpty()) {
            List<Response<Object>> repeated = redis.pipeline(pipeline -> unknown.stream()
                    .map(i -> pipeline.eval(
                            text, calls.get(i).keys(), calls.get(i).arguments()))
                    .toList());
            for (int i = 0; i < unknown.size(); i++) {
                codes.set(unknown.get(i), (Long) redis.value(repeated.get(i)));
            }
        }
        return codes;
    }

    /// The results of calls of which some may not be done.
    ///
    /// @param codes   integers that the calls returned, in their order; null: the call was not done
    /// @param refusal why some calls were not done; null: all were
    public record Attempt(
            List<@Nullable Long> codes, @Nullable IndexUnavailableException refusal) {}

    private static boolean isMoving(JedisDataException refusal) {
        return refusal instanceof JedisRedirectionException
                || String.valueOf(refusal.getMessage()).startsWith("TRYAGAIN");
    }

    /// A command in a pipeline.
    @FunctionalInterface
    public interface Trailing<T> {
        Response<T> send(AbstractPipeline pipeline);
    }

    /// The results of calls.
    ///
    /// @param last  answer to the command that follows the calls
    /// @param codes integers that the calls returned, in their order
    public record Result<T>(T last, List<Long> codes) {}

    private static String read(Class<?> owner, String file) {
        try (InputStream in = owner.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(
                        "Expected the script " + file + " beside " + owner.getName() + ", found none. Build again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns the name that servers give the script: its SHA-1 in hexadecimal digits.
    private static byte[] digest(byte[] text) {
        try {
            return Utf8.bytes(
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-1 in every JDK, found none", e);
        }
    }
}
