package dev.clipstream.fetch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The part of the heap that fetched media share, from their first byte until they are decoded.
///
/// Memory is taken as bytes arrive, because announcing a large length costs a server nothing. So a fetch may hold
/// memory while it waits for more, and fetches could deadlock. The banker's algorithm prevents this: each fetch first
/// claims the most memory that it may need. Memory is granted only while there is an order in which all fetches could
/// still take their claims, each from the free memory and the memory that the fetches before it return. While a fetch
/// waits, no further fetch begins, so none starves. Fetches of [MemoryPart#HALF] wait for each other and for the
/// others, and the others do not wait for these to begin.
///
/// Safe for use by many threads. An interrupt ends a wait.
final class FetchMemory {
    private final long bytes;
    private final long half;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Share> shares = new ArrayList<>();
    private final Map<MemoryPart, Integer> waiting = new EnumMap<>(MemoryPart.class);
    private long held;

    /// @param bytes for all fetches together, at least 1
    /// @param half  for all fetches of [MemoryPart#HALF] together, at most `bytes`
    FetchMemory(long bytes, long half) {
        this.bytes = bytes;
        this.half = half;
    }

    /// Returns a quarter of the heap, or the memory that one medium may need if that is more: then a large medium is
    /// fetched alone.
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
        long bytes = Math.max(heap / 4, largest);
        return new FetchMemory(bytes, Math.max(bytes / 2, largest));
    }

    /// Begins a fetch. Waits until no earlier fetch waits for memory, except that of the whole does not wait for one of
    /// the half.
    Share open(MemoryPart part) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting(MemoryPart.WHOLE) > 0 || (part == MemoryPart.HALF && waiting(MemoryPart.HALF) > 0)) {
                changed.await();
            }
            Share share = new Share(part);
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
        private final MemoryPart part;
        private long most;
        private long own;

        private Share(MemoryPart part) {
            this.part = part;
        }

        /// Claims the most memory that this fetch may hold. Must be called before it takes any.
        void claim(long mostBytes) {
            long limit = part == MemoryPart.HALF ? half : bytes;
            if (mostBytes > limit || own > 0) {
                throw new IllegalStateException(
                        "Expected a claim of at most " + limit + " bytes before any is taken, found " + mostBytes
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
        waiting.merge(taker.part, 1, Integer::sum);
        try {
            while (!allCouldFinishIfTaken(taker, more)) {
                changed.await();
            }
        } finally {
            waiting.merge(taker.part, -1, Integer::sum);
            changed.signalAll();
        }
    }

    private int waiting(MemoryPart part) {
        return waiting.getOrDefault(part, 0);
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

    /// Returns whether there is an order in which every fetch could take its claim. Fetches that lack least come first:
    /// if any order works, this one does. That is also true of the half, which its fetches return to in the same order.
    private boolean allCouldFinishIfTaken(Share taker, long more) {
        taker.own += more;
        try {
            long free = bytes - held - more;
            long freeOfHalf = half
                    - shares.stream()
                            .filter(share -> share.part == MemoryPart.HALF)
                            .mapToLong(share -> share.own)
                            .sum();
            for (Share share : shares.stream()
                    .sorted(Comparator.comparingLong(Share::lacks))
                    .toList()) {
                if (free < 0 || share.lacks() > free) {
                    return false;
                }
                if (share.part == MemoryPart.HALF) {
                    if (freeOfHalf < 0 || share.lacks() > freeOfHalf) {
                        return false;
                    }
                    freeOfHalf += share.own;
                }
                free += share.own;
            }
            return true;
        } finally {
            taker.own -= more;
        }
    }
}
