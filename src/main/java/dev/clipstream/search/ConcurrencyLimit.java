package dev.clipstream.search;

import dev.clipstream.search.SearchException.Kind;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets only so many do a thing at once, in the order in which they came. Who waits too long is sent away, so that a
/// crowd is told rather than kept. Safe for use by many threads.
public final class ConcurrencyLimit {
    private final Semaphore free;
    private final Duration patience;
    private final String what;

    /// @param atOnce   at least 1
    /// @param patience longest wait
    /// @param what     is done, for people
    public ConcurrencyLimit(int atOnce, Duration patience, String what) {
        this.free = new Semaphore(atOnce, true);
        this.patience = patience;
        this.what = what;
    }

    /// A turn, given back on close.
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for a turn.
    ///
    /// @throws SearchException none came in time
    public Permit acquire() {
        try {
            if (free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return free::release;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new SearchException(
                Kind.UNAVAILABLE,
                "a turn to " + what + " within " + patience.toSeconds() + " s",
                "too many before it",
                "try again later, or ask more instances");
    }
}
