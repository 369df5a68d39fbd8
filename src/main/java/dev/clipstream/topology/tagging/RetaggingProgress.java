package dev.clipstream.topology.tagging;

import dev.clipstream.tag.LabelsPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How far the media of one partition are tagged again after a change of the label sets.
///
/// @param partition of `media.embedded`
/// @param position  of the label sets that the media are tagged with
/// @param digest    of these label sets, see [dev.clipstream.tag.TaggerSnapshot#digest()]. Empty: some media were
///                  tagged with older ones meanwhile, so all are tagged again
/// @param isDone    whether all media of the partition are tagged with these label sets
/// @param done      media that were compared so far, at least 0
/// @param total     media of the partition, as estimated at the beginning, at least `done`
/// @param published media whose tags were written again, because they differ, at least 0
/// @param alerts    matches of standing queries that were written, at least 0
/// @param startedAt when it began
/// @param updatedAt when these numbers were determined
public record RetaggingProgress(
        int partition,
        LabelsPosition position,
        String digest,
        boolean isDone,
        long done,
        long total,
        long published,
        long alerts,
        Instant startedAt,
        Instant updatedAt) {

    /// @throws IllegalArgumentException if a number is out of range
    public RetaggingProgress {
        if (partition < 0 || done < 0 || total < done || published < 0 || alerts < 0) {
            throw new IllegalArgumentException("Expected numbers of at least 0, and a total of at least what is done,"
                    + " found the partition " + partition + ", " + done + " of " + total + " done, " + published
                    + " published and " + alerts + " alerts");
        }
    }

    /// Returns how long it will take if it goes on as fast as until now. Empty: not known yet.
    public Optional<Duration> remaining() {
        if (isDone) {
            return Optional.of(Duration.ZERO);
        }
        if (done == 0) {
            return Optional.empty();
        }
        double each = (double) Duration.between(startedAt, updatedAt).toNanos() / done;
        return Optional.of(Duration.ofNanos(Math.max(0, Math.round(each * (total - done)))));
    }

    /// Returns whether all media of the partition are tagged with these label sets.
    ///
    /// @param snapshotDigest of the label sets, see [dev.clipstream.tag.TaggerSnapshot#digest()]
    public boolean isDoneWith(String snapshotDigest) {
        return isDone && digest.equals(snapshotDigest);
    }
}
