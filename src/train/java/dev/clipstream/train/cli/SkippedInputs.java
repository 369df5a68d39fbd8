package dev.clipstream.train.cli;

import dev.clipstream.cli.output.Failures;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// Reports lines and images that cannot be used on standard error: the first ones individually, then only their
/// number. Thread-safe.
final class SkippedInputs {
    private static final int NAMED = 20;

    private final AtomicInteger count = new AtomicInteger();

    /// Reports a failure whose message names the place.
    void add(Exception failure) {
        report(Failures.explain(failure));
    }

    /// Reports a file that cannot be read.
    void add(Path file, Throwable failure) {
        report(file + ": " + Failures.explain(failure));
    }

    private void report(String what) {
        int reported = count.incrementAndGet();
        if (reported <= NAMED) {
            System.err.println("left out: " + what);
        } else if (reported == NAMED + 1) {
            System.err.println("left out: more; only their number is reported from here on");
        }
    }

    int count() {
        return count.get();
    }
}
