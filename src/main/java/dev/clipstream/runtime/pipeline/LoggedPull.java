package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.hub.PullObserver;
import java.lang.System.Logger.Level;

/// Logs a pull in a few lines: its size, each fifth of it, its end.
///
/// Thread-safe.
final class LoggedPull implements PullObserver {
    private static final System.Logger LOG = System.getLogger(LoggedPull.class.getName());
    private static final int PARTS = 5;

    private String model = "";
    private long total;
    private long position;
    private long logged;

    @Override
    public synchronized void announced(Announcement pull) {
        model = pull.model();
        total = Math.max(1, pull.bytes());
        position = pull.present();
        logged = PARTS * position / total;
        LOG.log(
                Level.INFO,
                "Pulling {0}@{1}, weights {2}: {3} MB in {4} files from {5} to {6}",
                pull.model(),
                pull.commit(),
                pull.weights(),
                megabytes(pull.bytes()),
                pull.files(),
                pull.from(),
                pull.into());
    }

    @Override
    public synchronized void received(long bytes) {
        position += bytes;
        long part = PARTS * position / total;
        if (part > logged) {
            logged = part;
            LOG.log(Level.INFO, "{0}: {1} of {2} MB", model, megabytes(position), megabytes(total));
        }
    }

    private static String megabytes(long bytes) {
        return String.valueOf(bytes / 1_000_000);
    }

    @Override
    public synchronized void finished() {
        if (total > 0) {
            LOG.log(Level.INFO, "{0} is complete", model);
            total = 0;
        }
    }

    @Override
    public void warned(String message) {
        LOG.log(Level.WARNING, message);
    }
}
