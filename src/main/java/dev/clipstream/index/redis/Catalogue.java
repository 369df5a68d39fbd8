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

/// The indexes of one Redis: their names, the live one, how far each is filled, and the lock under which one is
/// created or dropped. Safe for use by many threads.
final class Catalogue {
    private static final long LOCK_SECONDS = 60;
    private static final Duration RENEW_EVERY = Duration.ofSeconds(20);

    /// Deletes a lock if this owner still holds it.
    private static final String UNLOCK =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    /// Extends a lock if this owner still holds it, since removing an old index may take longer than a lock lives.
    private static final String RENEW =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end return 0";

    /// Records the servers of an index, and the generation that begins with them unless it is empty. Does nothing if
    /// another instance was faster.
    private static final String SEEN = """
            local known = redis.call('HMGET', KEYS[1], 'born', 'servers')
            if known[1] ~= ARGV[1] or (known[2] or '') ~= ARGV[2] then return 0 end
            redis.call('HSET', KEYS[1], 'servers', ARGV[3])
            if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'generation', ARGV[4]) end
            return 1
            """;

    /// Ends the filling of an index if its birth id and generation are still the expected ones.
    private static final String FILLED = """
            local known = redis.call('HMGET', KEYS[1], 'born', 'generation')
            if known[1] ~= ARGV[1] or (known[2] or '') ~= ARGV[2] then return 0 end
            redis.call('HDEL', KEYS[1], 'filling')
            return 1
            """;

    private final RedisConnections redis;
    private final String prefix;
    // remembered here, since a Redis that came back empty has forgotten it
    private volatile @Nullable String lastLive;

    /// @param prefix of all keys
    Catalogue(RedisConnections redis, String prefix) {
        this.redis = redis;
        this.prefix = prefix;
    }

    /// Returns the names of all indexes, in order.
    List<String> names() {
        Set<String> names = redis.execute(jedis -> jedis.smembers(IndexKeys.all(prefix)));
        return names.stream().sorted().toList();
    }

    /// Adds an index that is whole. If there is no live index, the one that this object last saw live becomes live
    /// again, or else this one.
    void add(String name) {
        String live = lastLive == null ? name : lastLive;
        redis.execute(jedis -> {
            jedis.sadd(IndexKeys.all(prefix), name);
            return jedis.set(IndexKeys.live(prefix), live, SetParams.setParams().nx());
        });
    }

    /// Removes the name of an index.
    void remove(String name) {
        redis.execute(jedis -> jedis.srem(IndexKeys.all(prefix), name));
    }

    /// Returns the name of the live index, or empty if there is none.
    Optional<String> live() {
        String live = redis.execute(jedis -> jedis.get(IndexKeys.live(prefix)));
        if (live != null) {
            lastLive = live;
        }
        return Optional.ofNullable(live);
    }

    /// Makes an index the live one.
    void switchTo(String name) {
        redis.execute(jedis -> jedis.set(IndexKeys.live(prefix), name));
        lastLive = name;
    }

    /// Refuses to go on with a live index.
    ///
    /// @throws IllegalArgumentException if the index is live
    void requireNotLive(String name) {
        if (isLive(name)) {
            throw new IllegalArgumentException(
                    "Expected an index that is not live, found " + name + " live. Switch to another index first");
        }
    }

    boolean isLive(String name) {
        return live().filter(name::equals).isPresent();
    }

    /// Compares the servers of an index with those that were recorded. If servers were restarted, or replaced by
    /// their replicas, what they had not saved is lost, so a new generation begins. A server that was only added or
    /// only removed has taken over slots or handed them over, with their contents.
    void noteServers(String meta) {
        String servers = redis.servers();
        List<String> known = redis.execute(jedis -> jedis.hmget(meta, IndexMeta.BORN, IndexState.SERVERS));
        String born = known.getFirst();
        String before = known.getLast() == null ? "" : known.getLast();
        if (born != null && !servers.isEmpty() && !servers.equals(before)) {
            // a random id: a counter that was restored from a snapshot would repeat itself
            String generation = isReplaced(before, servers) ? UUID.randomUUID().toString() : "";
            redis.execute(jedis -> jedis.eval(SEEN, List.of(meta), List.of(born, before, servers, generation)));
        }
    }

    /// Returns whether servers are gone and others have appeared.
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

    /// Records that an index holds what the topics hold.
    ///
    /// @return false if it is another index, or in another generation
    boolean markFilled(String meta, String born, IndexState state) {
        Object recorded = redis.execute(jedis -> jedis.eval(FILLED, List.of(meta), List.of(born, state.generation())));
        return Long.valueOf(1).equals(recorded);
    }

    /// Returns the exception for an index that does not exist.
    IndexMissingException missing(String name) {
        return new IndexMissingException("Expected an index named '" + name + "', found " + names());
    }

    /// A lock on an index that is being created or dropped.
    ///
    /// @param id     identifies the owner, and is the birth id of an index that is created under the lock
    /// @param lost whether another owner has the lock by now
    record Lock(String id, AtomicBoolean lost) {
        /// Refuses to go on without the lock.
        ///
        /// @throws IndexUnavailableException if another owner has the lock by now
        void requireHeld() {
            if (lost.get()) {
                throw new IndexUnavailableException(
                        "Expected to hold the lock of an index, found that another instance has it. Try again", null);
            }
        }
    }

    /// Runs work on an index while no other instance creates or drops it.
    ///
    /// @param key of the lock
    /// @throws IndexUnavailableException if another instance has the lock
    <T> T locked(String name, String key, Function<Lock, T> work) {
        Lock lock = new Lock(UUID.randomUUID().toString(), new AtomicBoolean());
        boolean taken = redis.execute(jedis ->
                "OK".equals(jedis.set(key, lock.id(), SetParams.setParams().nx().ex(LOCK_SECONDS))));
        if (!taken) {
            throw new IndexUnavailableException(
                    "Expected to create or drop the index " + name
                            + ", found that another instance does so. Try again later",
                    null);
        }
        Thread renewing = Thread.ofVirtual().name("index-lock").start(() -> renew(key, lock));
        try {
            return work.apply(lock);
        } finally {
            renewing.interrupt();
            redis.execute(jedis -> jedis.eval(UNLOCK, List.of(key), List.of(lock.id())));
        }
    }

    private void renew(String key, Lock lock) {
        List<String> arguments = List.of(lock.id(), Long.toString(LOCK_SECONDS));
        try {
            while (!lock.lost().get()) {
                Thread.sleep(RENEW_EVERY);
                try {
                    Object kept = redis.execute(jedis -> jedis.eval(RENEW, List.of(key), arguments));
                    lock.lost().set(!Long.valueOf(1).equals(kept));
                } catch (IndexUnavailableException e) {
                    System.getLogger(Catalogue.class.getName())
                            .log(System.Logger.Level.DEBUG, "The lock of an index was not renewed; trying again", e);
                }
            }
        } catch (InterruptedException done) {
            // the work is done
        }
    }
}
