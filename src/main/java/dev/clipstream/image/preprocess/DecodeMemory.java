package dev.clipstream.image.preprocess;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Footprint;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// The memory that all decodes of a preprocessor share.
///
/// A large image waits until others are done. Otherwise many decodes together could exhaust the heap, and valid images
/// would fail. Requests are served in order, so that no image starves. Images that cost little have an eighth of the
/// memory to themselves, and take of the rest while no other image waits for it. So those that fit into the eighth do
/// not wait for costly ones. A decode whose native memory exceeds the whole runs alone. A decode whose heap memory
/// exceeds the whole is refused, because it would take the memory of everything else. Safe for use by many threads.
final class DecodeMemory {
    /// The unit of accounting in bytes, because a semaphore counts in `int`.
    private static final int PIECE = 1 << 16;

    /// The part of the memory that images of little cost have to themselves.
    private static final int CHEAP_PART = 8;

    private final long bytes;
    private final int restPieces;
    private final int cheapPieces;
    private final Semaphore rest;
    private final Semaphore cheap;

    /// @param bytes for all decodes together, at least 1
    DecodeMemory(long bytes) {
        this.bytes = bytes;
        int pieces = Math.clamp(bytes / PIECE, 1, Integer.MAX_VALUE);
        this.cheapPieces = pieces / CHEAP_PART;
        this.restPieces = pieces - cheapPieces;
        this.rest = new Semaphore(restPieces, true);
        this.cheap = new Semaphore(cheapPieces, true);
    }

    /// A share of the memory. Closing returns it, on any thread.
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /// Takes a share. Waits until there is room, and ignores interrupts meanwhile.
    ///
    /// @param cost of the decode
    /// @throws ImageException if the heap part exceeds the memory for all decodes
    Share take(Footprint footprint, DecodeCost cost) throws ImageException {
        if (footprint.heap() > bytes) {
            throw new ImageException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "Expected an image that decodes within " + (bytes >> 20) + " MiB, found one that needs "
                            + Math.ceilDiv(footprint.heap(), 1L << 20)
                            + " MiB. Send a smaller one, or raise the heap (-Xmx), half of which is for decoding.",
                    null);
        }
        long pieces = Math.ceilDiv(footprint.total(), PIECE);
        if (!cost.isCostly() && pieces <= cheapPieces) {
            return takeFree(cheap, (int) pieces)
                    .or(() -> takeFree(rest, (int) pieces))
                    .orElseGet(() -> acquire(cheap, (int) pieces));
        }
        return pieces <= restPieces ? acquire(rest, (int) pieces) : takeAll();
    }

    /// Takes the whole memory. Waits until all other shares are returned, and ignores interrupts meanwhile.
    Share takeAll() {
        Share ofRest = acquire(rest, restPieces);
        Share ofCheap = acquire(cheap, cheapPieces);
        return () -> {
            ofCheap.close();
            ofRest.close();
        };
    }

    /// Takes a share at once; empty: there is no room, or others wait for it.
    private static Optional<Share> takeFree(Semaphore free, int share) {
        return !free.hasQueuedThreads() && free.tryAcquire(share)
                ? Optional.of(() -> free.release(share))
                : Optional.empty();
    }

    private static Share acquire(Semaphore free, int share) {
        free.acquireUninterruptibly(share);
        return () -> free.release(share);
    }
}
