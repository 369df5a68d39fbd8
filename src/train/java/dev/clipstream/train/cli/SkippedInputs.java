package dev.clipstream.train.cli;

import dev.clipstream.cli.output.Failures;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// What cannot be used of somebody's pictures and captions: named on standard error, the first ones one by one, and
/// counted. Safe for use by many threads.
final class SkippedInputs {
    private static final int NAMED = 20;

    private final AtomicInteger count = new AtomicInteger();

    /// Something that says itself where it is.
    void add(Exception failure) {
        tell(Failures.explain(failure));
    }

    /// A file that cannot be read.
    void add(Path file, Throwable failure) {
        tell(file + ": " + Failures.explain(failure));
    }

    private void tell(String what) {
        int told = count.incrementAndGet();
        if (told <= NAMED) {
            System.err.println("left out: " + what);
        } else if (told == NAMED + 1) {
            System.err.println("left out: more, which are only counted");
        }
    }

    int count() {
        return count.get();
    }
}
