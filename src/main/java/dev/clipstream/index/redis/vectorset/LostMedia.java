package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.redis.Evictions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Counts the media whose hashes Redis evicted: their vectors are counted, but searches do not return them. Safe for
/// use by many threads.
final class LostMedia {
    private static final System.Logger LOG = System.getLogger(LostMedia.class.getName());
    private static final Duration COUNT_EVERY = Duration.ofMinutes(10);

    /// Pause after a count, in times of what it took, because it reads the whole index.
    private static final int PAUSE_FACTOR = 20;

    private final Evictions evictions;
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();
    private final AtomicBoolean counting = new AtomicBoolean();

    LostMedia(Evictions evictions) {
        this.evictions = evictions;
    }

    private record Counted(long evicted, long lost, long untilNanos) {
        /// All media are read to count, so what cannot have changed is not counted again.
        boolean holds(long evictedNow) {
            return (lost == 0 && evicted == evictedNow) || System.nanoTime() - untilNanos < 0;
        }
    }

    /// Returns how many media of an index were lost when they were last counted, and warns when the number changes.
    /// Counts only if Redis evicted keys, in the background, one index at a time.
    ///
    /// @param vectors number of vectors
    /// @param found   counts the media that can be read
    long of(String index, long vectors, LongSupplier found) {
        long evicted = evictions.keys();
        if (evicted == 0) {
            return 0;
        }
        Counted before = counted.get(index);
        if ((before == null || !before.holds(evicted)) && counting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("lost-media").start(() -> count(index, evicted, vectors, found));
        }
        return before == null ? 0 : before.lost();
    }

    private void count(String index, long evicted, long vectors, LongSupplier found) {
        Counted before = counted.get(index);
        long lost = before == null ? 0 : before.lost();
        long start = System.nanoTime();
        try {
            lost = Math.max(0, vectors - found.getAsLong());
            warn(index, vectors, lost, before);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "Cannot count the media of " + index, e);
        } finally {
            long now = System.nanoTime();
            long pause = Math.max(COUNT_EVERY.toNanos(), PAUSE_FACTOR * (now - start));
            counted.put(index, new Counted(evicted, lost, now + pause));
            counting.set(false);
        }
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
