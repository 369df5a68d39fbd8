package dev.clipstream.image.preprocess;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Footprint;
import java.util.concurrent.Semaphore;

/// The memory that all decodes of a preprocessor share.
///
/// A large image waits until others are done. Otherwise many decodes together could exhaust the heap, and valid images
/// would fail. Requests are served in order, so that no image starves. Small images have an eighth of the memory to
/// themselves: they would wait behind large ones for a memory that their own is a trifle of. A decode whose native
/// memory exceeds the whole runs alone. A decode whose heap memory exceeds the whole is refused, because it would take
/// the memory of everything else. Safe for use by many threads.
final class DecodeMemory {
    /// The unit of accounting in bytes, because a semaphore counts in `int`.
    private static final int PIECE = 1 << 16;

    /// The part of the memory that small images have to themselves.
    private static final int SMALL_PART = 8;

    /// The part of that part which a small image needs at most.
    private static final int LEAST_SMALL_IMAGES = 8;

    private final long bytes;
    private final int largePieces;
    private final int smallPieces;
    private final Semaphore large;
    private final Semaphore small;

    /// @param bytes for all decodes together, at least 1
    DecodeMemory(long bytes) {
        this.bytes = bytes;
        int pieces = Math.clamp(bytes / PIECE, 1, Integer.MAX_VALUE);
        this.smallPieces = pieces / SMALL_PART;
        this.largePieces = pieces - smallPieces;
        this.large = new Semaphore(largePieces, true);
        this.small = new Semaphore(smallPieces, true);
    }

    /// A share of the memory. Closing returns it, on any thread.
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /// Takes a share. Waits until there is room, and ignores interrupts meanwhile.
    ///
    /// @throws ImageException if the heap part exceeds the memory for all decodes
    Share take(Footprint footprint) throws ImageException {
        if (footprint.heap() > bytes) {
            throw new ImageException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "Expected an image that decodes within " + (bytes >> 20) + " MiB, found one that needs "
                            + Math.ceilDiv(footprint.heap(), 1L << 20)
                            + " MiB. Send a smaller one, or raise the heap (-Xmx), half of which is for decoding.",
                    null);
        }
        long pieces = Math.ceilDiv(footprint.total(), PIECE);
        if (pieces <= smallPieces / LEAST_SMALL_IMAGES) {
            return acquire(small, (int) pieces);
        }
        return pieces <= largePieces ? acquire(large, (int) pieces) : takeAll();
    }

    /// Takes the whole memory. Waits until all other shares are returned, and ignores interrupts meanwhile.
    Share takeAll() {
        Share ofLarge = acquire(large, largePieces);
        Share ofSmall = acquire(small, smallPieces);
        return () -> {
            ofSmall.close();
            ofLarge.close();
        };
    }

    private static Share acquire(Semaphore free, int share) {
        free.acquireUninterruptibly(share);
        return () -> free.release(share);
    }
}
