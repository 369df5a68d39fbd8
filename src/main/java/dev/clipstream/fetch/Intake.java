package dev.clipstream.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads the bytes of one attempt to fetch a medium, within the limits of size and memory.
///
/// The buffer grows with the bytes that arrive, not with the length that a server announces. Its memory is taken from
/// the [FetchMemory] that all fetches share before it is allocated. The thread of the attempt uses this object;
/// [#waitedNanos()], [#hasBytes()], [#isElsewhere()] and [#close()] may be called on other threads.
public final class Intake implements AutoCloseable {
    private static final int INITIAL_BUFFER = 1 << 16;

    private final FetchMemory memory;
    private final MemoryPart part;
    private final long maxBytes;
    private volatile FetchMemory.@Nullable Share share;
    private volatile boolean hasBytes;
    private volatile boolean isElsewhere;
    private long waitedNanos;
    private @Nullable Long waitingSince;

    /// @param part     of the memory that may be taken
    /// @param maxBytes most bytes of the medium, at most [FetchLimits#MAX_BYTES]
    Intake(FetchMemory memory, MemoryPart part, long maxBytes) {
        this.memory = memory;
        this.part = part;
        this.maxBytes = maxBytes;
    }

    /// Returns the most memory that reading a medium holds. While a full buffer is copied into a larger one, both
    /// exist.
    static long maxHeld(long maxBytes) {
        return 2 * maxBytes;
    }

    private interface Waiting {
        void run() throws InterruptedException;
    }

    /// Waits until this fetch may begin to take memory. Must be called before the first read.
    void open() throws InterruptedException {
        waitFor(() -> share = memory.open(part));
    }

    /// Returns the most bytes of the medium.
    public long maxBytes() {
        return maxBytes;
    }

    /// Notes that the server that was contacted first answered, and that another one is asked now.
    public void goElsewhere() {
        isElsewhere = true;
    }

    /// Returns whether the server that was contacted first answered with the address of another one.
    boolean isElsewhere() {
        return isElsewhere;
    }

    /// Returns whether a byte of the content arrived.
    boolean hasBytes() {
        return hasBytes;
    }

    /// Reads content whose length cannot be trusted.
    ///
    /// @param most     most bytes that are accepted, at most [#maxBytes()]: the announced length, or the limit
    /// @param tooLarge supplies the exception that is thrown if there is one more byte
    public byte[] read(InputStream from, long most, Supplier<FetchException> tooLarge)
            throws IOException, FetchException, InterruptedException {
        return read(from, INITIAL_BUFFER, most, tooLarge);
    }

    /// Reads content whose length is known and rarely wrong.
    ///
    /// @param expected bytes for which memory is taken at once
    /// @param most     most bytes that are accepted, at most [#maxBytes()]
    /// @param tooLarge supplies the exception that is thrown if there is one more byte
    public byte[] read(InputStream from, long expected, long most, Supplier<FetchException> tooLarge)
            throws IOException, FetchException, InterruptedException {
        FetchMemory.Share own = opened();
        own.claim(maxHeld(most));
        byte[] bytes = array(own, Math.min(expected, most));
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                int next = from.read();
                if (next < 0) {
                    break;
                }
                hasBytes = true;
                if (length == most) {
                    throw tooLarge.get();
                }
                bytes = resized(own, bytes, length, Math.min(most, Math.max(INITIAL_BUFFER, 2L * length)));
                bytes[length++] = (byte) next;
            }
            int count = from.read(bytes, length, bytes.length - length);
            if (count < 0) {
                break;
            }
            hasBytes = true;
            length += count;
        }
        if (length < bytes.length) {
            bytes = resized(own, bytes, length, length);
        }
        own.settle();
        return bytes;
    }

    private byte[] array(FetchMemory.Share own, long length) throws InterruptedException {
        waitFor(() -> own.take(length));
        return new byte[Math.toIntExact(length)];
    }

    private byte[] resized(FetchMemory.Share own, byte[] bytes, int length, long newLength)
            throws InterruptedException {
        byte[] resized = array(own, newLength);
        System.arraycopy(bytes, 0, resized, 0, length);
        own.give(bytes.length);
        return resized;
    }

    private FetchMemory.Share opened() {
        FetchMemory.Share own = share;
        if (own == null) {
            throw new IllegalStateException("Expected an open intake, found one that is not open. Call open() first.");
        }
        return own;
    }

    private void waitFor(Waiting wait) throws InterruptedException {
        setWaitingSince(System.nanoTime());
        try {
            wait.run();
        } finally {
            setWaitingSince(null);
        }
    }

    private synchronized void setWaitingSince(@Nullable Long since) {
        waitedNanos = waitedNanos();
        waitingSince = since;
    }

    /// Returns how long this attempt has waited for memory so far. The deadline excludes this time, because the server
    /// is not the cause.
    synchronized long waitedNanos() {
        return waitedNanos + (waitingSince == null ? 0 : System.nanoTime() - waitingSince);
    }

    /// Returns the memory. Call it when nothing more is read and the bytes are no longer needed.
    @Override
    public void close() {
        FetchMemory.Share own = share;
        if (own != null) {
            own.close();
        }
    }
}
