package dev.clipstream.index.redis;

import dev.clipstream.index.IndexUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Watches what Redis evicts when its memory is full. A policy other than `noeviction` removes media from the index, or
/// the memory of deletions, without an error. Safe for use by many threads.
public final class Evictions {
    private static final System.Logger LOG = System.getLogger(Evictions.class.getName());
    private static final Duration READ_EVERY = Duration.ofSeconds(30);
    private static final Duration WARN_EVERY = Duration.ofHours(1);
    private static final Pattern POLICY = Pattern.compile("maxmemory_policy:(\\S+)");
    private static final Pattern EVICTED = Pattern.compile("evicted_keys:(\\d+)");
    private static final String NONE = "noeviction";

    private final RedisConnections redis;
    private Found found = new Found("", 0);
    private long readNanos = System.nanoTime() - READ_EVERY.toNanos();
    private long warnedNanos = System.nanoTime() - WARN_EVERY.toNanos();
    private long warnedKeys;

    Evictions(RedisConnections redis) {
        this.redis = redis;
    }

    /// What the servers report.
    ///
    /// @param policies that evict, in order; empty: none does, or the user may not ask
    /// @param keys     evicted since the servers started
    private record Found(String policies, long keys) {}

    /// Warns of a policy that evicts: at first, then every hour, and whenever keys were evicted. Asks the servers at
    /// most every 30 seconds, so it may be called often.
    synchronized void check() {
        Found now = read();
        boolean more = now.keys() > warnedKeys;
        boolean due = System.nanoTime() - warnedNanos >= WARN_EVERY.toNanos();
        Optional<String> warning = warning();
        if (warning.isPresent() && (more || due)) {
            LOG.log(System.Logger.Level.WARNING, warning.get());
            warnedNanos = System.nanoTime();
        }
        warnedKeys = now.keys();
    }

    /// Returns what is wrong and what to do; empty: nothing.
    synchronized Optional<String> warning() {
        Found now = read();
        if (now.policies().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("Redis at " + redis.place() + ": Expected maxmemory-policy=" + NONE + ", found "
                + now.policies() + ", which removes media or the memory of deletions when Redis is full; "
                + now.keys() + " keys were evicted since it started. Set it to " + NONE
                + "; if keys were evicted, check with clipstream index verify");
    }

    /// Returns how many keys were evicted since the servers started; 0 if the user may not ask.
    public synchronized long keys() {
        return read().keys();
    }

    private Found read() {
        if (System.nanoTime() - readNanos >= READ_EVERY.toNanos()) {
            readNanos = System.nanoTime();
            try {
                TreeSet<String> policies = new TreeSet<>(all(POLICY, redis.info("memory")));
                policies.remove(NONE);
                long keys = all(EVICTED, redis.info("stats")).stream()
                        .mapToLong(Long::parseLong)
                        .sum();
                found = new Found(String.join(", ", policies), keys);
            } catch (IndexUnavailableException e) {
                LOG.log(System.Logger.Level.DEBUG, "What Redis evicts is not known", e);
            }
        }
        return found;
    }

    private static List<String> all(Pattern pattern, List<String> infos) {
        return infos.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }
}
