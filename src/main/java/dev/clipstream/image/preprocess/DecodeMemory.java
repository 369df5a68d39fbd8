package dev.clipstream.image.preprocess;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Footprint;
import java.util.concurrent.Semaphore;

/// The memory that all decodes of a preprocessor share.
///
/// A large image waits until others are done. Otherwise many decodes together could exhaust the heap, and valid
/// images would fail. Requests are served in order, so small images do not starve a large one. A decode whose native
/// memory exceeds the whole runs alone. A decode whose heap memory exceeds the whole is refused, because it would
/// take the memory of everything else. Safe for use by many threads.
final class DecodeMemory {
    /// The unit of accounting in bytes, because a semaphore counts in `int`.
    private static final int PIECE = 1 << 16;

    private final long bytes;
    private final int pieces;
    private final Semaphore free;

    /// @param bytes for all decodes together, at least 1
    DecodeMemory(long bytes) {
        this.bytes = bytes;
        this.pieces = Math.clamp(bytes / PIECE, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(pieces, true);
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
        return acquire((int) Math.min(pieces, Math.ceilDiv(footprint.total(), PIECE)));
    }

    /// Takes the whole memory. Waits until all other shares are returned, and ignores interrupts meanwhile.
    Share takeAll() {
        return acquire(pieces);
    }

    private Share acquire(int share) {
        free.acquireUninterruptibly(share);
        return () -> free.release(share);
    }
}
