package dev.clipstream.search.http.entry;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The memory that request bodies and responses hold together. Thread-safe.
final class ByteBudget {
    private static final int PIECE = 1024;

    private final int total;
    private final Semaphore free;
    private final Duration timeout;

    /// @param bytes   the whole, at least 1024
    /// @param timeout how long a share waits for others
    ByteBudget(long bytes, Duration timeout) {
        this.total = Math.clamp(bytes / PIECE, 1, Integer.MAX_VALUE);
        // not fair, so that a large share that waits does not delay small ones
        this.free = new Semaphore(total);
        this.timeout = timeout;
    }

    /// Returns the whole in bytes.
    long bytes() {
        return (long) total * PIECE;
    }

    /// Returns a share, which is empty at first. Closing returns its bytes.
    Share share() {
        return new Share();
    }

    /// A part of the memory. Used by one thread at a time.
    final class Share implements AutoCloseable {
        private long bytes;
        private int pieces;

        private Share() {}

        /// Adds bytes. A share that exceeds the whole is refused without waiting.
        ///
        /// @return whether there was room in time
        boolean add(int more) throws InterruptedException {
            int needed = Math.toIntExact(Math.ceilDiv(bytes + more, PIECE)) - pieces;
            if (pieces + needed > total) {
                return false;
            }
            if (needed > 0 && !free.tryAcquire(needed, timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            pieces += needed;
            bytes += more;
            return true;
        }

        @Override
        public void close() {
            free.release(pieces);
            pieces = 0;
            bytes = 0;
        }
    }
}
