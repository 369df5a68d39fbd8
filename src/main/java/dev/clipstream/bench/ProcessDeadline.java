package dev.clipstream.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A time limit of another process, whose answer a thread reads. When the time is over, the process and those that it
/// started are destroyed, so that the read ends. Close it when the answer has arrived.
public final class ProcessDeadline implements AutoCloseable {
    private final Process process;
    private final CompletableFuture<Void> end;
    private volatile boolean passed;

    private ProcessDeadline(Process process, Duration limit) {
        this.process = process;
        this.end = CompletableFuture.runAsync(
                this::destroy, CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// Starts to count.
    public static ProcessDeadline of(Process process, Duration limit) {
        return new ProcessDeadline(process, limit);
    }

    /// Returns whether the time was over before this object was closed.
    public boolean passed() {
        return passed;
    }

    private void destroy() {
        passed = true;
        // a process that inherited the pipe would keep it open
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        end.cancel(false);
    }
}
