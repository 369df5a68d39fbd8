package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.redis.Evictions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Counts the media whose hashes Redis evicted: their vectors are counted, but searches do not return them. Safe for
/// use by many threads.
final class LostMedia {
    private static final System.Logger LOG = System.getLogger(LostMedia.class.getName());
    private static final Duration COUNT_EVERY = Duration.ofMinutes(1);

    private final Evictions evictions;
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    LostMedia(Evictions evictions) {
        this.evictions = evictions;
    }

    private record Counted(long evicted, long lost, long nanos) {
        /// All media are read to count, so what cannot have changed is not counted again.
        boolean holds(long evictedNow) {
            return (lost == 0 && evicted == evictedNow) || System.nanoTime() - nanos < COUNT_EVERY.toNanos();
        }
    }

    /// Returns how many media of an index are lost, and warns when the number changes. Counts only if Redis evicted
    /// keys, and at most once a minute.
    ///
    /// @param vectors number of vectors
    /// @param found   counts the media that can be read
    long of(String index, long vectors, LongSupplier found) {
        long evicted = evictions.keys();
        if (evicted == 0) {
            return 0;
        }
        Counted before = counted.get(index);
        if (before != null && before.holds(evicted)) {
            return before.lost();
        }
        long lost = Math.max(0, vectors - found.getAsLong());
        counted.put(index, new Counted(evicted, lost, System.nanoTime()));
        warn(index, vectors, lost, before);
        return lost;
    }

    private static void warn(String index, long vectors, long lost, @Nullable Counted before) {
        if (lost != (before == null ? 0 : before.lost())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The index " + index + ": Expected searches to find all " + vectors + " media, found that Redis"
                            + " evicted " + lost + " of them. Set maxmemory-policy=noeviction, then restart Redis: the"
                            + " index is filled again");
        }
    }
}
