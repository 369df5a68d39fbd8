package dev.clipstream.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way in for the bytes of one attempt to fetch a medium: reads to the end, but not without end, and not more
/// than the heap has room for.
///
/// Memory grows with what comes, never with what a server announces, and is taken from the [FetchMemory] that all
/// fetches share before it is allocated. Used by the thread of its attempt; [#waitedNanos()] and [#close()] may be
/// called from elsewhere.
public final class Intake implements AutoCloseable {
    private static final int FIRST = 1 << 16;

    private final FetchMemory memory;
    private final long maxBytes;
    private volatile FetchMemory.@Nullable Share share;
    private long waitedNanos;
    private @Nullable Long waitingSince;

    /// @param maxBytes most bytes of the medium, at most [FetchSettings#MOST_BYTES]
    Intake(FetchMemory memory, long maxBytes) {
        this.memory = memory;
        this.maxBytes = maxBytes;
    }

    /// Bytes that reading a medium holds at its peak: while a full array is copied into another, there are two.
    static long mostHeld(long maxBytes) {
        return 2 * maxBytes;
    }

    private interface Waiting {
        void run() throws InterruptedException;
    }

    /// Waits for the fetch's turn to hold memory; before the first read.
    void open() throws InterruptedException {
        waitFor(() -> share = memory.open());
    }

    /// Most bytes of the medium.
    public long maxBytes() {
        return maxBytes;
    }

    /// Reads what a stranger sends.
    ///
    /// @param most     bytes that may come, at most [#maxBytes()]: what was announced, or all that is allowed
    /// @param tooLarge thrown when one byte more has come
    public byte[] read(InputStream from, long most, Supplier<FetchException> tooLarge)
            throws IOException, FetchException, InterruptedException {
        return read(from, FIRST, most, tooLarge);
    }

    /// Reads what has a known size, and seldom another.
    ///
    /// @param expected bytes, for which room is made at once
    /// @param most     bytes that may come, at most [#maxBytes()]
    /// @param tooLarge thrown when one byte more has come
    public byte[] read(InputStream from, long expected, long most, Supplier<FetchException> tooLarge)
            throws IOException, FetchException, InterruptedException {
        FetchMemory.Share own = opened();
        own.claim(mostHeld(most));
        byte[] bytes = array(own, Math.min(expected, most));
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                int next = from.read();
                if (next < 0) {
                    break;
                }
                if (length == most) {
                    throw tooLarge.get();
                }
                bytes = resized(own, bytes, length, Math.min(most, Math.max(FIRST, 2L * length)));
                bytes[length++] = (byte) next;
            }
            int count = from.read(bytes, length, bytes.length - length);
            if (count < 0) {
                break;
            }
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
            throw new IllegalStateException("An open intake was expected, found one before its turn: open it first");
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

    /// How long this attempt has waited for memory up to now: time that is ours, not the other side's.
    synchronized long waitedNanos() {
        return waitedNanos + (waitingSince == null ? 0 : System.nanoTime() - waitingSince);
    }

    /// Gives the memory back, once nothing more is read and what was read is needed no more.
    @Override
    public void close() {
        FetchMemory.Share own = share;
        if (own != null) {
            own.close();
        }
    }
}
