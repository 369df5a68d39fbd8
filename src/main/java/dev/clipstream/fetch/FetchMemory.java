package dev.clipstream.fetch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The part of the heap that fetched media share, from their first byte until they are decoded.
///
/// Memory is taken as bytes arrive, because announcing a large length costs a server nothing. So a fetch may hold
/// memory while it waits for more, and fetches could deadlock. The banker's algorithm prevents this: each fetch first
/// claims the most memory that it may need. Memory is granted only while there is an order in which all fetches could
/// still take their claims, each from the free memory and the memory that the fetches before it return. While a fetch
/// waits, no further fetch begins, so none starves.
///
/// Safe for use by many threads. An interrupt ends a wait.
final class FetchMemory {
    private final long bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Share> shares = new ArrayList<>();
    private long held;
    private int waiting;

    /// @param bytes for all fetches together, at least 1
    FetchMemory(long bytes) {
        this.bytes = bytes;
    }

    /// Returns a quarter of the heap, or the memory that one medium may need if that is more: then a large medium
    /// is fetched alone.
    ///
    /// @param maxBytes most bytes of one medium
    /// @param heap     size of the heap in bytes
    /// @throws IllegalArgumentException if one medium may need more than half of the heap; the other half is for
    ///                                  decoding
    static FetchMemory ofHeap(long maxBytes, long heap) {
        long largest = Intake.maxHeld(maxBytes);
        if (largest > heap / 2) {
            throw new IllegalArgumentException("Expected embedding.max-bytes of at most "
                    + heap / 2 / Intake.maxHeld(1) + " with a heap of " + (heap >> 20) + " MiB, found " + maxBytes
                    + ". Lower it, or raise the heap (-Xmx) to " + Math.ceilDiv(2 * largest, 1L << 20) + " MiB.");
        }
        return new FetchMemory(Math.max(heap / 4, largest));
    }

    /// Begins a fetch. Waits until no earlier fetch waits for memory.
    Share open() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting > 0) {
                changed.await();
            }
            Share share = new Share();
            shares.add(share);
            return share;
        } finally {
            lock.unlock();
        }
    }

    /// Returns the bytes that are held now.
    long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /// The memory that one fetch holds. Used by one thread at a time, closed by any thread.
    final class Share implements AutoCloseable {
        private long most;
        private long own;

        private Share() {}

        /// Claims the most memory that this fetch may hold. Must be called before it takes any.
        void claim(long mostBytes) {
            if (mostBytes > bytes || own > 0) {
                throw new IllegalStateException(
                        "Expected a claim of at most " + bytes + " bytes before any is taken, found " + mostBytes
                                + " with " + own + " taken. Lower embedding.max-bytes.");
            }
            locked(() -> most = mostBytes);
        }

        /// Takes more memory. Waits until there is room.
        ///
        /// @param more bytes, within the claim
        void take(long more) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                if (!allCouldFinishIfTaken(this, more)) {
                    awaitRoom(this, more);
                }
                own += more;
                held += more;
            } finally {
                lock.unlock();
            }
        }

        /// Returns a part of the memory.
        void give(long less) {
            locked(() -> {
                own -= less;
                held -= less;
            });
        }

        /// Reduces the claim to the memory that is held.
        void settle() {
            locked(() -> most = own);
        }

        @Override
        public void close() {
            locked(() -> {
                held -= own;
                own = 0;
                shares.remove(this);
            });
        }

        private long lacks() {
            return most - own;
        }
    }

    private void awaitRoom(Share taker, long more) throws InterruptedException {
        waiting++;
        try {
            while (!allCouldFinishIfTaken(taker, more)) {
                changed.await();
            }
        } finally {
            waiting--;
            changed.signalAll();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Returns whether there is an order in which every fetch could take its claim. Fetches that lack least come
    /// first: if any order works, this one does.
    private boolean allCouldFinishIfTaken(Share taker, long more) {
        taker.own += more;
        try {
            long free = bytes - held - more;
            for (Share share : shares.stream()
                    .sorted(Comparator.comparingLong(Share::lacks))
                    .toList()) {
                if (free < 0 || share.lacks() > free) {
                    return false;
                }
                free += share.own;
            }
            return true;
        } finally {
            taker.own -= more;
        }
    }
}
