package dev.clipstream.clip.hub.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLHandshakeException;

/// When a request that failed is sent again.
///
/// @param attempts   the most attempts in a row without progress, at least 1
/// @param firstPause before the second attempt; doubles with each one. A server's `Retry-After` comes before it.
/// @param longest    the longest pause that a server may ask for
public record Retries(int attempts, Duration firstPause, Duration longest) {

    /// The shortest pause that people hear of.
    private static final Duration NOTICED = Duration.ofSeconds(1);

    /// Five attempts within about 15 seconds; a server may ask for 5 minutes.
    public static final Retries DEFAULT = new Retries(5, Duration.ofSeconds(1), Duration.ofMinutes(5));

    /// A request.
    @FunctionalInterface
    public interface Request<T> {
        /// Sends the request once.
        T send() throws IOException;
    }

    /// Sends a request until it succeeds, cannot succeed, or was sent often enough.
    ///
    /// @param waiting hears of pauses that a server asks for
    public <T> T run(Request<T> request, Consumer<String> waiting) throws IOException {
        for (int failures = 0; ; ) {
            try {
                return request.send();
            } catch (IOException e) {
                failures++;
                pauseAfter(e, failures, waiting);
            }
        }
    }

    /// Waits for the next attempt.
    ///
    /// @param failures attempts that failed in a row
    /// @throws IOException the failure, if no attempt follows
    public void pauseAfter(IOException failure, int failures, Consumer<String> waiting) throws IOException {
        if (failures >= most(failure) || !isPassing(failure)) {
            throw failure;
        }
        Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 16));
        if (failure instanceof BusyException busy) {
            pause = busy.pause().orElse(pause);
            if (pause.compareTo(longest) > 0) {
                throw failure;
            }
            if (pause.compareTo(NOTICED) >= 0) {
                waiting.accept(failure.getMessage() + ": waiting for " + pause.toSeconds() + " s");
            }
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(failure);
        }
    }

    /// A machine without a network should not wait for one. A connection that was not made in time was asked for
    /// several times by the system.
    private int most(IOException failure) {
        return failure instanceof HttpConnectTimeoutException
                ? 1
                : failure instanceof ConnectException ? Math.min(2, attempts) : attempts;
    }

    private static InterruptedIOException interrupted(IOException failure) {
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.addSuppressed(failure);
        return interrupted;
    }

    private static boolean isPassing(IOException failure) {
        return !(failure instanceof StatusException)
                && !(failure instanceof RefusedException)
                && !(failure instanceof FileSystemException)
                && !(failure instanceof SSLHandshakeException)
                && !(failure instanceof InterruptedIOException);
    }
}
