package dev.clipstream.image;

import dev.clipstream.event.RejectionReason;
import java.util.concurrent.Semaphore;

/// The memory that all decodes of one preprocessor share: a large picture waits until others are done,
/// instead of many of them exhausting the heap together and failing pictures that are in order.
///
/// Who came first is served first, so a large picture is not passed by small ones for ever. What a
/// decoder needs of native memory beyond the whole of it is decoded alone; what would not fit into it on
/// the heap is refused, since there it would take the memory of everybody else. Safe for
/// use by many threads.
final class DecodeMemory {
    /// Memory is counted in pieces of this many bytes, since a semaphore counts in int.
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

    /// A share that is given back on close, on any thread.
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits until there is room, whatever interrupts come meanwhile.
    ///
    /// @throws ImageException the heap's part is more than there is for all
    Share take(Footprint footprint) throws ImageException {
        if (footprint.heap() > bytes) {
            throw new ImageException(
                    RejectionReason.TOO_MANY_PIXELS,
                    "A picture that decodes within " + (bytes >> 20) + " MiB was expected, found one that needs "
                            + Math.ceilDiv(footprint.heap(), 1L << 20)
                            + ": send a smaller one or raise the heap (-Xmx), half of which is for decoding",
                    null);
        }
        int share = (int) Math.min(pieces, Math.ceilDiv(footprint.total(), PIECE));
        free.acquireUninterruptibly(share);
        return () -> free.release(share);
    }
}
