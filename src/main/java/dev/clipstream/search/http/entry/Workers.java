package dev.clipstream.search.http.entry;

import dev.clipstream.search.ConcurrencyLimit;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The platform threads that run requests.
///
/// A request occupies one only while it is processed, not while its client sends or receives. The web server's own
/// virtual threads, which also serve health, are thus free of long computations.
final class Workers implements AutoCloseable {
    /// More than the limits of all slow operations together, so that fast ones always find a thread.
    private static final int THREADS = 64;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ConcurrencyLimit limit = new ConcurrencyLimit(THREADS, TIMEOUT, "begin a request");
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("http-work-", 0).factory());

    /// Work on a request.
    interface Work {
        void run() throws ServletException, IOException;
    }

    /// Runs work on another thread, and waits until it is done.
    ///
    /// @throws dev.clipstream.search.SearchException if no thread becomes free in time
    void run(Work work) throws ServletException, IOException, InterruptedException {
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            Future<?> done = threads.submit(() -> {
                work.run();
                return true;
            });
            done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ServletException failure -> throw failure;
                case IOException failure -> throw failure;
                case RuntimeException defect -> throw defect;
                case Error defect -> throw defect;
                case null, default -> throw new ServletException("A request failed", e);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
