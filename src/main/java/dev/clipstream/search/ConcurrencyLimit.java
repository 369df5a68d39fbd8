package dev.clipstream.search;

import dev.clipstream.search.SearchException.Kind;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Limits how many threads perform an operation at the same time.
///
/// Threads acquire permits in order of arrival. A thread that waits too long fails, so that an overloaded
/// instance rejects requests instead of queueing them. Thread-safe.
public final class ConcurrencyLimit {
    private final Semaphore free;
    private final Duration timeout;
    private final String operation;

    /// @param permits   the number of concurrent operations, at least 1
    /// @param timeout   the longest wait for a permit
    /// @param operation what the threads do, for messages, such as `embed an image`
    public ConcurrencyLimit(int permits, Duration timeout, String operation) {
        this.free = new Semaphore(permits, true);
        this.timeout = timeout;
        this.operation = operation;
    }

    /// A permit, which is released on close.
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for a permit.
    ///
    /// @throws SearchException if no permit becomes available within the timeout
    public Permit acquire() {
        try {
            if (free.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return free::release;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new SearchException(
                Kind.UNAVAILABLE,
                "to " + operation + " within " + timeout.toSeconds() + " s",
                "too many concurrent requests",
                "try again later, or add instances");
    }
}
