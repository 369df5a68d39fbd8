package dev.clipstream.search.http.entry;

import java.time.Duration;

/// Measures whether a client sends or receives fast enough. Used by one thread.
///
/// A client has a deadline for the whole, and must move a minimum number of bytes in each window, so that the bytes
/// it moved first give it no credit.
final class Pace {
    private static final Duration WINDOW = Duration.ofSeconds(5);

    /// In each window: 2 KiB a second, the speed of a very slow mobile connection.
    private static final int LEAST_BYTES = 10 << 10;

    private final Duration limit;
    private final long started = System.nanoTime();
    private long windowStarted = started;
    private long moved;

    /// @param limit for the whole
    Pace(Duration limit) {
        this.limit = limit;
    }

    /// Records that the client moved bytes.
    ///
    /// @return whether it is fast enough
    boolean isKeptWith(int bytes) {
        moved += bytes;
        long now = System.nanoTime();
        if (now - started > limit.toNanos()) {
            return false;
        }
        if (now - windowStarted >= WINDOW.toNanos()) {
            boolean enough = moved >= LEAST_BYTES;
            windowStarted = now;
            moved = 0;
            return enough;
        }
        return true;
    }
}
