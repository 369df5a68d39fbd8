package dev.clipstream.search;

import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.MediaIndexes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Which of an instance's models answers: the one whose index is live, else its own.
///
/// A question takes [#get] once and is answered by that model alone, its index and its towers together. So a switch of
/// the live index, which each instance notices within two seconds, mixes nothing and fails nothing. Safe for use by
/// many threads.
public final class LiveLookups {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /// What is known for so long is not relied on: nobody may have asked for hours.
    private static final Duration RELY_FOR = Duration.ofSeconds(2);

    private final MediaIndexes indexes;
    private final List<Lookups> all;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Known known;

    /// What a look found.
    ///
    /// @param lookedNanos null: nobody has looked yet
    private record Known(Lookups lookups, @Nullable Long lookedNanos) {
        boolean isWithin(Duration age) {
            return lookedNanos != null && System.nanoTime() - lookedNanos < age.toNanos();
        }
    }

    /// @param indexes one of which is live
    /// @param all     of each model of this instance, its own first; at least one
    public LiveLookups(MediaIndexes indexes, List<Lookups> all) {
        this.indexes = indexes;
        this.all = List.copyOf(all);
        this.known = new Known(all.getFirst(), null);
    }

    /// Every model's, the instance's own first.
    public List<Lookups> all() {
        return all;
    }

    /// Those that answered last, without a look.
    public Lookups last() {
        return known.lookups();
    }

    /// Those of the index that is live.
    public Lookups get() {
        if (all.size() == 1 || known.isWithin(LOOK_EVERY)) {
            return known.lookups();
        }
        if (known.isWithin(RELY_FOR)) {
            if (!looking.tryLock()) {
                return known.lookups();
            }
        } else {
            looking.lock();
        }
        try {
            if (!known.isWithin(LOOK_EVERY)) {
                known = new Known(look(), System.nanoTime());
            }
        } finally {
            looking.unlock();
        }
        return known.lookups();
    }

    /// Without an index that is live, or without its model, it stays as it is.
    private Lookups look() {
        try {
            String live = indexes.liveName().orElse(null);
            return all.stream()
                    .filter(lookups -> IndexName.of(lookups.model()).equals(live))
                    .findFirst()
                    .orElse(live == null ? known.lookups() : all.getFirst());
        } catch (IndexException away) {
            return known.lookups(); // whoever asks is told
        }
    }
}
