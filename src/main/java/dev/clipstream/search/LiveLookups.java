package dev.clipstream.search;

import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.MediaIndexes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Selects the model that serves searches: the one whose index is live, or else the instance's own model.
///
/// A request calls [#get] once and uses the index and the encoders of that model only. A switch of the live index
/// therefore neither mixes models nor fails requests. Every instance notices it within two seconds. Thread-safe.
public final class LiveLookups {
    private static final Duration REFRESH_AFTER = Duration.ofSeconds(1);

    /// Older state is not used: the previous request may have been hours ago.
    private static final Duration EXPIRE_AFTER = Duration.ofSeconds(2);

    private final MediaIndexes indexes;
    private final List<Lookups> all;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Known known;

    /// The live model at a time.
    ///
    /// @param readNanos when it was read, in [System#nanoTime], or null if it has not been read yet
    private record Known(Lookups lookups, @Nullable Long readNanos) {
        boolean isWithin(Duration age) {
            return readNanos != null && System.nanoTime() - readNanos < age.toNanos();
        }
    }

    /// @param indexes the store, in which one index is live
    /// @param all     one per model of this instance, its own first; at least one
    public LiveLookups(MediaIndexes indexes, List<Lookups> all) {
        this.indexes = indexes;
        this.all = List.copyOf(all);
        this.known = new Known(all.getFirst(), null);
    }

    /// Returns the searches of all models, the instance's own model first.
    public List<Lookups> all() {
        return all;
    }

    /// Returns those that served the last request, without reading the store.
    public Lookups last() {
        return known.lookups();
    }

    /// Returns those of the model whose index is live.
    public Lookups get() {
        if (all.size() == 1 || known.isWithin(REFRESH_AFTER)) {
            return known.lookups();
        }
        if (known.isWithin(EXPIRE_AFTER)) {
            if (!refreshing.tryLock()) {
                return known.lookups();
            }
        } else {
            refreshing.lock();
        }
        try {
            if (!known.isWithin(REFRESH_AFTER)) {
                known = new Known(readLive(), System.nanoTime());
            }
        } finally {
            refreshing.unlock();
        }
        return known.lookups();
    }

    /// Reads which index is live. If none is live or the store is unavailable, the previous model remains
    /// selected.
    private Lookups readLive() {
        try {
            String live = indexes.liveName().orElse(null);
            return all.stream()
                    .filter(lookups -> IndexName.of(lookups.model()).equals(live))
                    .findFirst()
                    .orElse(live == null ? known.lookups() : all.getFirst());
        } catch (IndexException unavailable) {
            return known.lookups(); // the search itself reports the failure
        }
    }
}
