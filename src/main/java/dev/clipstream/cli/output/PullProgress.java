package dev.clipstream.cli.output;

import dev.clipstream.clip.hub.PullObserver;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Shows a pull on standard error: its size first, then, on a terminal, a progress bar.
///
/// Thread-safe.
public final class PullProgress implements PullObserver, AutoCloseable {
    private static final double MEGABYTE = 1e6;

    private final AtomicLong position = new AtomicLong();
    private @Nullable Progress bar;

    @Override
    public synchronized void announced(Announcement pull) {
        close();
        String resumed =
                pull.present() > 0 ? " (" + megabytes(pull.present()) + " of it are there from an earlier pull)" : "";
        System.err.printf(
                Locale.ROOT,
                "clipstream: pulling %s@%s, weights %s: %s in %d %s from %s to %s%s%n",
                Terminal.text(pull.model()),
                pull.commit(),
                pull.weights(),
                megabytes(pull.bytes()),
                pull.files(),
                pull.files() == 1 ? "file" : "files",
                pull.from(),
                pull.into(),
                resumed);
        position.set(pull.present());
        bar = Progress.bytes(pull.model(), pull.bytes());
        received(0);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE);
    }

    @Override
    public synchronized void received(long bytes) {
        long now = position.addAndGet(bytes);
        if (bar != null) {
            bar.at(now, "");
        }
    }

    @Override
    public void finished() {
        close();
    }

    @Override
    public void warned(String message) {
        System.err.println("clipstream: " + Terminal.text(message));
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
