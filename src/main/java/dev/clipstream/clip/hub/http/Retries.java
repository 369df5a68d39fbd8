package dev.clipstream.clip.hub.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;

/// When a request that failed is sent again.
///
/// @param attempts   the most attempts in a row without progress, at least 1
/// @param firstPause before the second attempt; doubles with each one. A server's `Retry-After` comes before it.
/// @param longest    the longest pause that a server may ask for
public record Retries(int attempts, Duration firstPause, Duration longest) {

    /// Five attempts within about 15 seconds; a server may ask for 5 minutes.
    public static final Retries DEFAULT = new Retries(5, Duration.ofSeconds(1), Duration.ofMinutes(5));

    /// A request.
    @FunctionalInterface
    public interface Request<T> {
        /// Sends the request once.
        T send() throws IOException;
    }

    /// Sends a request until it succeeds, cannot succeed, or was sent often enough.
    public <T> T run(Request<T> request) throws IOException {
        for (int failures = 0; ; ) {
            try {
                return request.send();
            } catch (IOException e) {
                failures++;
                pauseAfter(e, failures);
            }
        }
    }

    /// Waits for the next attempt.
    ///
    /// @param failures attempts that failed in a row
    /// @throws IOException the failure, if no attempt follows
    public void pauseAfter(IOException failure, int failures) throws IOException {
        // a machine without a network should not wait for one
        int most = failure instanceof ConnectException ? Math.min(2, attempts) : attempts;
        if (failures >= most || !isPassing(failure)) {
            throw failure;
        }
        Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 16));
        if (failure instanceof BusyException busy) {
            pause = busy.pause().orElse(pause);
            if (pause.compareTo(longest) > 0) {
                throw failure;
            }
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(failure);
        }
    }

    private static InterruptedIOException interrupted(IOException failure) {
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.addSuppressed(failure);
        return interrupted;
    }

    private static boolean isPassing(IOException failure) {
        return !(failure instanceof StatusException)
                && !(failure instanceof RefusedException)
                && !(failure instanceof SSLHandshakeException)
                && !(failure instanceof InterruptedIOException);
    }
}
