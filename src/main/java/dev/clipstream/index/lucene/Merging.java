package dev.clipstream.index.lucene;

import java.time.Duration;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.TieredMergePolicy;

/// Merges the segments of an index in the background, and pauses after a merge that failed.
///
/// A merge needs as much room as its segments, so it fails on a nearly full disk on which writes still succeed. Lucene
/// then closes the writer. Without a pause, the next writer would begin the same merge, and fail again. Safe for use
/// by many threads.
final class Merging {
    private static final System.Logger LOG = System.getLogger(Merging.class.getName());
    private static final Duration PAUSE = Duration.ofMinutes(5);

    private final MergePolicy policy = new TieredMergePolicy();
    private final String place;
    private long pausedAt;
    private boolean paused;

    /// @param place where the index is, for messages
    Merging(String place) {
        this.place = place;
    }

    /// Returns the scheduler of one writer.
    MergeScheduler scheduler() {
        return new ConcurrentMergeScheduler() {
            // the writer keeps the failure for its next use, so nothing needs to be thrown in the thread of the merge
            @Override
            protected void handleMergeException(Throwable failure) {
                pause(failure);
            }
        };
    }

    /// Returns what a writer merges now: nothing during a pause.
    synchronized MergePolicy policy() {
        paused = paused && System.nanoTime() - pausedAt < PAUSE.toNanos();
        return paused ? NoMergePolicy.INSTANCE : policy;
    }

    private synchronized void pause(Throwable failure) {
        if (!paused) { // merges that ran at the same time fail with the writer
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Merging segments of " + place + " failed, and is tried again in " + PAUSE.toMinutes()
                            + " minutes: " + failure.getMessage() + ". Check the disk");
        }
        paused = true;
        pausedAt = System.nanoTime();
    }
}
