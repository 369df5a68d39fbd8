package dev.clipstream.clip.hub.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A body that fails once it brings less than a kibibyte within a period, be it silence or a slow drip.
///
/// Read by one thread; a watching thread closes it.
final class WatchedStream extends FilterInputStream {
    private static final int LEAST_BYTES = 1024;

    private final Duration period;
    private final ScheduledFuture<?> watch;
    private final AtomicLong received = new AtomicLong();
    private volatile boolean stalled;
    private volatile boolean waiting;
    private long receivedBefore;

    /// @param watcher on which the watch runs until this stream is closed
    WatchedStream(InputStream body, Duration period, ScheduledExecutorService watcher) {
        super(body);
        this.period = period;
        long millis = period.toMillis();
        this.watch = watcher.scheduleAtFixedRate(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    /// A reader that is busy elsewhere, such as with a slow disk, does not make the server slow.
    private void look() {
        long now = received.get();
        if (waiting && now - receivedBefore < LEAST_BYTES) {
            stalled = true;
            watch.cancel(false);
            try {
                in.close();
            } catch (IOException e) {
                // the reader fails all the same
            }
        }
        receivedBefore = now;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        waiting = true;
        try {
            int read = in.read(buffer, offset, length);
            if (stalled) {
                throw slow();
            }
            received.addAndGet(Math.max(0, read));
            return read;
        } catch (IOException e) {
            throw stalled ? slow() : e;
        } finally {
            waiting = false;
        }
    }

    private HttpTimeoutException slow() {
        return new HttpTimeoutException("less than " + LEAST_BYTES + " bytes within " + period.toSeconds() + " s");
    }

    @Override
    public void close() throws IOException {
        watch.cancel(false);
        super.close();
    }
}
