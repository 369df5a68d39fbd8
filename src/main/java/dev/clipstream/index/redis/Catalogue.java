package dev.clipstream.index.redis;

import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.params.SetParams;

/// Which indexes a Redis has, whatever keeps them: their names, the live one, how far each is, and who makes or drops
/// one now. Safe for use by many threads.
final class Catalogue {
    private static final long LOCK_SECONDS = 60;
    private static final Duration RENEW_EVERY = Duration.ofSeconds(20);

    /// Deletes the lock of whoever took it: one that took longer may have lost it to another.
    private static final String UNLOCK =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    /// Keeps the lock of whoever took it: to clear what was there may take longer than a lock lives.
    private static final String RENEW =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end return 0";

    /// Notes the servers where an index is seen, and the generation that begins with them, unless that is empty.
    private static final String SEEN = """
            local known = redis.call('HMGET', KEYS[1], 'born', 'servers')
            if known[1] ~= ARGV[1] or (known[2] or '') ~= ARGV[2] then return 0 end
            redis.call('HSET', KEYS[1], 'servers', ARGV[3])
            if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'generation', ARGV[4]) end
            return 1
            """;

    /// Ends the filling of the index that was meant, in the generation that was meant.
    private static final String FILLED = """
            local known = redis.call('HMGET', KEYS[1], 'born', 'generation')
            if known[1] ~= ARGV[1] or (known[2] or '') ~= ARGV[2] then return 0 end
            redis.call('HDEL', KEYS[1], 'filling')
            return 1
            """;

    private final RedisConnections redis;
    private final String prefix;
    // a Redis that came back empty has forgotten it
    private volatile @Nullable String lastLive;

    /// @param prefix of all keys
    Catalogue(RedisConnections redis, String prefix) {
        this.redis = redis;
        this.prefix = prefix;
    }

    /// The names of all indexes, in order.
    List<String> names() {
        Set<String> names = redis.ask(jedis -> jedis.smembers(IndexKeys.all(prefix)));
        return names.stream().sorted().toList();
    }

    /// Enters an index that is whole. Where none is live, the one that was so when this was last asked is, or else
    /// this one.
    void add(String name) {
        String live = lastLive == null ? name : lastLive;
        redis.ask(jedis -> {
            jedis.sadd(IndexKeys.all(prefix), name);
            return jedis.set(IndexKeys.live(prefix), live, SetParams.setParams().nx());
        });
    }

    /// Strikes an index out.
    void remove(String name) {
        redis.ask(jedis -> jedis.srem(IndexKeys.all(prefix), name));
    }

    /// The name of the live index; empty: none is.
    Optional<String> live() {
        String live = redis.ask(jedis -> jedis.get(IndexKeys.live(prefix)));
        if (live != null) {
            lastLive = live;
        }
        return Optional.ofNullable(live);
    }

    /// Makes an index the live one.
    void switchTo(String name) {
        redis.ask(jedis -> jedis.set(IndexKeys.live(prefix), name));
        lastLive = name;
    }

    /// @throws IllegalArgumentException if it is live
    void requireNotLive(String name) {
        if (isLive(name)) {
            throw new IllegalArgumentException(
                    "An index that is not live was expected, found " + name + " live: switch to another first");
        }
    }

    boolean isLive(String name) {
        return live().filter(name::equals).isPresent();
    }

    /// Looks whether servers of an index were restarted, or replaced by their replicas, since they were last seen.
    /// What they had not saved is lost then, so a new generation begins. A server that came or went alone
    /// took over slots or gave them up, with what was in them.
    void see(String meta) {
        String servers = redis.servers();
        List<String> known = redis.ask(jedis -> jedis.hmget(meta, IndexMeta.BORN, IndexState.SERVERS));
        String born = known.getFirst();
        String before = known.getLast() == null ? "" : known.getLast();
        if (born != null && !servers.isEmpty() && !servers.equals(before)) {
            // a new id: a number that was saved would be counted up to the same one twice
            String generation = isReplaced(before, servers) ? UUID.randomUUID().toString() : "";
            redis.ask(jedis -> jedis.eval(SEEN, List.of(meta), List.of(born, before, servers, generation)));
        }
    }

    /// Whether servers are gone and others are there.
    static boolean isReplaced(String before, String now) {
        Set<String> gone = split(before);
        gone.removeAll(split(now));
        Set<String> added = split(now);
        added.removeAll(split(before));
        return !gone.isEmpty() && !added.isEmpty();
    }

    private static Set<String> split(String servers) {
        return servers.isEmpty() ? new HashSet<>() : new HashSet<>(Arrays.asList(servers.split(",", -1)));
    }

    /// Notes that an index holds what the topics hold.
    ///
    /// @return false: it is another one, or in another generation
    boolean filled(String meta, String born, IndexState state) {
        Object told = redis.ask(jedis -> jedis.eval(FILLED, List.of(meta), List.of(born, state.generation())));
        return Long.valueOf(1).equals(told);
    }

    /// What was asked for is not there.
    IndexMissingException missing(String name) {
        return new IndexMissingException("An index named '" + name + "' was expected, found " + names());
    }

    /// The right to make or drop an index, while nobody else does.
    ///
    /// @param id   of whoever has it, and the birth id of what is made
    /// @param lost whether another has it by now
    record Turn(String id, AtomicBoolean lost) {
        /// @throws IndexUnavailableException if another has it by now
        void requireHeld() {
            if (lost.get()) {
                throw new IndexUnavailableException(
                        "The lock of an index was expected, found that it went to another instance: try again", null);
            }
        }
    }

    /// Makes or drops an index while no other instance does.
    ///
    /// @param lock the key that tells that somebody does
    /// @throws IndexUnavailableException if another instance does at this moment
    <T> T alone(String name, String lock, Function<Turn, T> work) {
        Turn turn = new Turn(UUID.randomUUID().toString(), new AtomicBoolean());
        boolean first = redis.ask(jedis -> "OK"
                .equals(jedis.set(lock, turn.id(), SetParams.setParams().nx().ex(LOCK_SECONDS))));
        if (!first) {
            throw new IndexUnavailableException(
                    "The index " + name
                            + " was expected, found that another instance makes or drops it: ask again when it has",
                    null);
        }
        Thread renewing = Thread.ofVirtual().name("index-lock").start(() -> renew(lock, turn));
        try {
            return work.apply(turn);
        } finally {
            renewing.interrupt();
            redis.ask(jedis -> jedis.eval(UNLOCK, List.of(lock), List.of(turn.id())));
        }
    }

    private void renew(String lock, Turn turn) {
        List<String> arguments = List.of(turn.id(), Long.toString(LOCK_SECONDS));
        try {
            while (!turn.lost().get()) {
                Thread.sleep(RENEW_EVERY);
                try {
                    Object kept = redis.ask(jedis -> jedis.eval(RENEW, List.of(lock), arguments));
                    turn.lost().set(!Long.valueOf(1).equals(kept));
                } catch (IndexUnavailableException away) {
                    System.getLogger(Catalogue.class.getName())
                            .log(System.Logger.Level.DEBUG, "The lock of an index was not renewed; tried again", away);
                }
            }
        } catch (InterruptedException done) {
            // nothing to keep any more
        }
    }
}
