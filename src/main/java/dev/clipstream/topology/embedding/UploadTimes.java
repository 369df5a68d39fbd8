package dev.clipstream.topology.embedding;

import dev.clipstream.event.MediaUploaded;
import dev.clipstream.topology.Occurrences;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Notices uploads whose time is hardly meant: before 1990, such as milliseconds in a field of microseconds, or more
/// than a day ahead. They are accepted, counted and logged. Safe for use by many threads.
final class UploadTimes {
    private static final System.Logger LOG = System.getLogger(UploadTimes.class.getName());
    private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");
    private static final Duration LONGEST_AHEAD = Duration.ofDays(1);

    private final Clock clock;
    private final Occurrences implausible;

    UploadTimes(StageMetrics metrics, Clock clock) {
        this.clock = clock;
        this.implausible = new Occurrences(
                metrics.counter("clipstream.uploads.implausible", "Uploads before 1990 or more than a day ahead"),
                LOG,
                System.Logger.Level.WARNING);
    }

    void check(MediaUploaded event, Position position) {
        Instant uploaded = event.getUploadedAt();
        if (uploaded.isBefore(EARLIEST) || uploaded.isAfter(clock.instant().plus(LONGEST_AHEAD))) {
            implausible.note(() -> "Expected uploadedAt of " + position + " between 1990 and tomorrow, found "
                    + uploaded + ". Write microseconds since 1970");
        }
    }
}
