package dev.clipstream.index;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import redis.clients.jedis.params.SetParams;

/// Which indexes a Redis has, whatever keeps them: their names, the live one, and who makes one now.
///
/// @param prefix of all keys
record RedisCatalogue(RedisConnections redis, String prefix) {
    private static final long CREATING_SECONDS = 60;
    private static final Duration RENEW_EVERY = Duration.ofSeconds(20);

    /// Deletes the lock of whoever made it: one that took longer may have lost it to another.
    private static final String UNLOCK =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    /// Keeps the lock of whoever made it: to clear what was there may take longer than a lock lives.
    private static final String RENEW =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end return 0";

    /// Notes the servers where an index is seen; others than before begin a generation.
    private static final String SEEN = """
            local known = redis.call('HMGET', KEYS[1], 'born', 'servers')
            if known[1] ~= ARGV[1] or known[2] == ARGV[2] then return 0 end
            redis.call('HSET', KEYS[1], 'servers', ARGV[2])
            if known[2] then redis.call('HSET', KEYS[1], 'generation', ARGV[3]) end
            return 1
            """;

    /// Ends the filling of the index that was meant.
    private static final String FILLED =
            "if redis.call('HGET', KEYS[1], 'born') == ARGV[1] then return redis.call('HDEL', KEYS[1], 'filling') end"
                    + " return 0";

    /// The names of all indexes, in order.
    List<String> names() {
        Set<String> names = redis.ask(jedis -> jedis.smembers(VectorSetKeys.all(prefix)));
        return names.stream().sorted().toList();
    }

    /// Enters an index that is whole; the first one is live.
    void add(String name) {
        redis.ask(jedis -> {
            jedis.sadd(VectorSetKeys.all(prefix), name);
            return jedis.set(
                    VectorSetKeys.live(prefix), name, SetParams.setParams().nx());
        });
    }

    /// Strikes an index out.
    void remove(String name) {
        redis.ask(jedis -> jedis.srem(VectorSetKeys.all(prefix), name));
    }

    /// The name of the live index; empty: none is.
    Optional<String> live() {
        return redis.ask(jedis -> Optional.ofNullable(jedis.get(VectorSetKeys.live(prefix))));
    }

    /// Makes an index the live one.
    void switchTo(String name) {
        redis.ask(jedis -> jedis.set(VectorSetKeys.live(prefix), name));
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

    /// Looks whether the servers of an index were restarted since they were seen last. What they had not saved is lost
    /// then, so a new generation begins.
    void see(String meta) {
        String servers = redis.servers();
        List<String> known = redis.ask(jedis -> jedis.hmget(meta, "born", IndexState.SERVERS));
        String born = known.getFirst();
        if (born != null && !servers.isEmpty() && !servers.equals(known.getLast())) {
            // one that was never there before: a number that was saved would be counted up to the same one twice
            String generation = UUID.randomUUID().toString();
            redis.ask(jedis -> jedis.eval(SEEN, List.of(meta), List.of(born, servers, generation)));
        }
    }

    /// Notes that an index holds what the topics hold.
    void filled(String meta, String born) {
        redis.ask(jedis -> jedis.eval(FILLED, List.of(meta), List.of(born)));
    }

    /// What was asked for is not there.
    IndexMissingException missing(String name) {
        return new IndexMissingException("An index named '" + name + "' was expected, found " + names());
    }

    /// Makes an index while no other instance does.
    ///
    /// @param lock the key that tells that somebody makes it
    /// @param work gets the birth id of the new index
    /// @throws IndexUnavailableException if another instance makes it at this moment
    MediaIndex creating(String name, String lock, Function<String, MediaIndex> work) {
        String born = UUID.randomUUID().toString();
        boolean first = redis.ask(jedis ->
                "OK".equals(jedis.set(lock, born, SetParams.setParams().nx().ex(CREATING_SECONDS))));
        if (!first) {
            throw new IndexUnavailableException(
                    "The index " + name
                            + " was expected, found that another instance creates it: ask for it again when it has",
                    null);
        }
        Thread renewing = Thread.ofVirtual().name("index-lock").start(() -> renew(lock, born));
        try {
            return work.apply(born);
        } finally {
            renewing.interrupt();
            redis.ask(jedis -> jedis.eval(UNLOCK, List.of(lock), List.of(born)));
        }
    }

    private void renew(String lock, String born) {
        try {
            while (true) {
                Thread.sleep(RENEW_EVERY);
                redis.ask(jedis -> jedis.eval(RENEW, List.of(lock), List.of(born, Long.toString(CREATING_SECONDS))));
            }
        } catch (InterruptedException made) {
            // nothing to keep any more
        } catch (IndexUnavailableException away) {
            // whoever makes the index is told, too
        }
    }
}
