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
    private final List<Share> running = new ArrayList<>();
    private final Map<MemoryPart, Integer> waiting = new EnumMap<>(MemoryPart.class);
    private final Sums held = new Sums();
    private final Sums settled = new Sums();

    /// Bytes of all fetches together, and of those of the half. Guarded by the lock.
    private static final class Sums {
        private long all;
        private long ofHalf;

        void add(MemoryPart part, long more) {
            all += more;
            if (part == MemoryPart.HALF) {
                ofHalf += more;
            }
        }
    }

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

    /// Begins a fetch. Waits until no earlier fetch waits for memory. A fetch of the whole does not wait for those of
    /// the half.
    Share open(MemoryPart part) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting(MemoryPart.WHOLE) > 0 || (part == MemoryPart.HALF && waiting(MemoryPart.HALF) > 0)) {
                changed.await();
            }
            Share share = new Share(part);
            running.add(share);
            return share;
        } finally {
            lock.unlock();
        }
    }

    /// Returns the bytes that are held now.
    long held() {
        lock.lock();
        try {
            return held.all;
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of fetches that may still take memory.
    int running() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /// The memory that one fetch holds. Used by one thread at a time, closed by any thread.
    final class Share implements AutoCloseable {
        private final MemoryPart part;
        private long most;
        private long own;
        private boolean isSettled;

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
                add(more);
            } finally {
                lock.unlock();
            }
        }

        /// Returns a part of the memory.
        void give(long less) {
            locked(() -> add(-less));
        }

        /// Reduces the claim to the memory that is held. Nothing may be taken or given afterwards.
        void settle() {
            locked(() -> {
                isSettled = true;
                running.remove(this);
                settled.add(part, own);
            });
        }

        @Override
        public void close() {
            locked(() -> {
                if (isSettled) {
                    settled.add(part, -own);
                } else {
                    running.remove(this);
                }
                add(-own);
            });
        }

        private void add(long more) {
            own += more;
            held.add(part, more);
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

    /// Returns whether there is an order in which every fetch could take its claim. Settled fetches lack nothing and
    /// come first. Those that lack least follow: if any order works, this one does. That is also true of the half,
    /// because its fetches return their memory to it in the same order.
    private boolean allCouldFinishIfTaken(Share taker, long more) {
        taker.add(more);
        try {
            long free = bytes - held.all;
            long freeOfHalf = half - held.ofHalf;
            if (free < 0 || freeOfHalf < 0) {
                return false;
            }
            free += settled.all;
            freeOfHalf += settled.ofHalf;
            for (Share share : running.stream()
                    .sorted(Comparator.comparingLong(Share::lacks))
                    .toList()) {
                if (share.lacks() > free) {
                    return false;
                }
                if (share.part == MemoryPart.HALF) {
                    if (share.lacks() > freeOfHalf) {
                        return false;
                    }
                    freeOfHalf += share.own;
                }
                free += share.own;
            }
            return true;
        } finally {
            taker.add(-more);
        }
    }
}
