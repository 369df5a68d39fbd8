package dev.clipstream.search;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Which of an instance's models answers: the one whose index is live, else its own.
///
/// A question takes [#get] once and is answered by that model alone, its index and its towers together; so a switch of
/// the live index, which each instance notices within a second, mixes nothing and fails nothing. Safe for use by many
/// threads.
public final class LiveLookups {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final MediaIndexes indexes;
    private final List<Lookups> all;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Lookups current;
    private volatile boolean looked;
    private volatile long lookNanos;

    /// @param indexes one of which is live
    /// @param all     of each model of this instance, its own first; at least one
    public LiveLookups(MediaIndexes indexes, List<Lookups> all) {
        this.indexes = indexes;
        this.all = List.copyOf(all);
        this.current = all.getFirst();
    }

    /// Every model's, the instance's own first.
    public List<Lookups> all() {
        return all;
    }

    /// Those of the index that is live.
    public Lookups get() {
        if (all.size() > 1 && !looked) {
            looking.lock(); // nobody knows yet
            lookOnce();
        } else if (all.size() > 1 && System.nanoTime() - lookNanos >= 0 && looking.tryLock()) {
            lookOnce();
        }
        return current;
    }

    private void lookOnce() {
        try {
            if (!looked || System.nanoTime() - lookNanos >= 0) {
                current = look();
                lookNanos = System.nanoTime() + LOOK_EVERY.toNanos();
                looked = true;
            }
        } finally {
            looking.unlock();
        }
    }

    private Lookups look() {
        try {
            ModelIdentity live = indexes.live().map(MediaIndex::model).orElse(null);
            return all.stream()
                    .filter(lookups -> lookups.model().equals(live))
                    .findFirst()
                    .orElse(all.getFirst());
        } catch (IndexException away) {
            return current; // whoever asks is told
        }
    }
}
