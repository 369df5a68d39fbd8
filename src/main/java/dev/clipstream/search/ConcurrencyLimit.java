package dev.clipstream.search;

import dev.clipstream.search.SearchException.Kind;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Limits how many threads perform an operation at the same time, and how many wait for it.
///
/// Threads acquire permits in order of cost, those of the same cost in order of arrival, so that expensive operations
/// do not delay cheap ones. A thread that waits too long fails, and so does the most expensive one of too many: an
/// overloaded instance rejects requests instead of queueing them. Thread-safe.
public final class ConcurrencyLimit {
    private static final Comparator<Waiter> CHEAP_FIRST =
            Comparator.comparingLong((Waiter waiter) -> waiter.cost).thenComparingLong(waiter -> waiter.arrival);

    private final Duration timeout;
    private final int maxWaiting;
    private final String operation;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeSet<Waiter> waiting = new TreeSet<>(CHEAP_FIRST);
    private int free;
    private long arrivals;

    /// @param permits   the number of concurrent operations, at least 1
    /// @param timeout   the longest wait for a permit
    /// @param operation what the threads do, for messages, such as `embed an image`
    public ConcurrencyLimit(int permits, Duration timeout, String operation) {
        this(permits, Integer.MAX_VALUE, timeout, operation);
    }

    /// @param permits    the number of concurrent operations, at least 1
    /// @param maxWaiting the number of threads that wait for a permit, at least 1
    /// @param timeout    the longest wait for a permit
    /// @param operation  what the threads do, for messages, such as `embed an image`
    public ConcurrencyLimit(int permits, int maxWaiting, Duration timeout, String operation) {
        this.free = permits;
        this.maxWaiting = maxWaiting;
        this.timeout = timeout;
        this.operation = operation;
    }

    /// A permit, which is released on close.
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /// A thread that waits. Guarded by the lock.
    private final class Waiter {
        private final long cost;
        private final long arrival = arrivals++;
        private final Condition decided = lock.newCondition();
        private boolean granted;
        private boolean refused;

        private Waiter(long cost) {
            this.cost = cost;
        }
    }

    /// Waits for a permit of an operation whose cost is 0.
    ///
    /// @throws SearchException if no permit becomes available within the timeout, or too many threads wait
    public Permit acquire() {
        return acquire(0);
    }

    /// Waits for a permit.
    ///
    /// @param cost in any unit, at least 0
    /// @throws SearchException if no permit becomes available within the timeout, or too many threads wait
    public Permit acquire(long cost) {
        lock.lock();
        try {
            if (free > 0) {
                free--;
                return this::release;
            }
            return await(new Waiter(cost));
        } finally {
            lock.unlock();
        }
    }

    private Permit await(Waiter waiter) {
        waiting.add(waiter);
        if (waiting.size() > maxWaiting) {
            Waiter dearest = waiting.removeLast();
            dearest.refused = true;
            dearest.decided.signal();
        }
        try {
            long nanos = timeout.toNanos();
            while (!waiter.granted && !waiter.refused && nanos > 0) {
                nanos = waiter.decided.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (waiter.granted) {
            return this::release;
        }
        waiting.remove(waiter);
        throw new SearchException(
                Kind.UNAVAILABLE,
                "to " + operation + " within " + timeout.toSeconds() + " s",
                "too many concurrent requests",
                "try again later, or add instances");
    }

    private void release() {
        lock.lock();
        try {
            Waiter next = waiting.pollFirst();
            if (next == null) {
                free++;
            } else {
                next.granted = true;
                next.decided.signal();
            }
        } finally {
            lock.unlock();
        }
    }
}
