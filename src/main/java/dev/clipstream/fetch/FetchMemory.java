package dev.clipstream.fetch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The part of the heap that fetched pictures share, from their first byte until they are decoded.
///
/// Bytes are taken as they arrive, since what a server announces costs it nothing. So a fetch may hold bytes and wait
/// for more, and fetches that wait for each other would wait for ever. Hence the banker's rule: each fetch says first
/// how much it may need in all, and bytes are lent only while, one after the other, all could still be given that much
/// out of what is free and what those before them give back. While somebody waits no further fetch begins, so nobody
/// waits for ever.
///
/// Safe for use by many threads; a wait ends with an interrupt.
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

    /// A quarter of the heap, or what one picture may need if that is more: then a large one goes alone.
    ///
    /// @param maxBytes most bytes of one medium
    /// @param heap     bytes
    /// @throws IllegalArgumentException if one picture may need more than half of the heap; the other half is for
    ///                                  decoding
    static FetchMemory ofHeap(long maxBytes, long heap) {
        long largest = Intake.mostHeld(maxBytes);
        if (largest > heap / 2) {
            throw new IllegalArgumentException("A maxBytes of at most " + heap / 2 / Intake.mostHeld(1)
                    + " was expected with a heap of " + (heap >> 20) + " MiB, found " + maxBytes
                    + ": lower it or raise the heap (-Xmx) to " + Math.ceilDiv(2 * largest, 1L << 20) + " MiB");
        }
        return new FetchMemory(Math.max(heap / 4, largest));
    }

    /// Lets a fetch begin, after waiting until nobody who began before lacks memory.
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

    /// Bytes that are held now.
    long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /// What one fetch holds. Used by one thread at a time, closed by any.
    final class Share implements AutoCloseable {
        private long most;
        private long own;

        private Share() {}

        /// Says how much this fetch may come to hold, before it holds anything.
        void claim(long mostBytes) {
            if (mostBytes > bytes || own > 0) {
                throw new IllegalStateException("A claim of at most " + bytes + " bytes ahead of all use was expected,"
                        + " found " + mostBytes + " with " + own + " in use: lower maxBytes");
            }
            locked(() -> most = mostBytes);
        }

        /// Takes more, after waiting until there is room.
        ///
        /// @param more bytes, within the claim
        void take(long more) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                if (!allCouldEndIfTaken(this, more)) {
                    awaitRoom(this, more);
                }
                own += more;
                held += more;
            } finally {
                lock.unlock();
            }
        }

        /// Gives back a part.
        void give(long less) {
            locked(() -> {
                own -= less;
                held -= less;
            });
        }

        /// Says that what is held is all.
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

    private void awaitRoom(Share asking, long more) throws InterruptedException {
        waiting++;
        try {
            while (!allCouldEndIfTaken(asking, more)) {
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

    /// Whether there is an order in which everybody gets what it may need. Those that lack least come first, which
    /// is the best order there is.
    private boolean allCouldEndIfTaken(Share asking, long more) {
        asking.own += more;
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
            asking.own -= more;
        }
    }
}
