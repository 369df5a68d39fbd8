package dev.clipstream.index;

import java.time.Instant;

/// How new a write is: where the event behind it stands, and when that happened.
///
/// Within one log offsets tell the order, whatever clocks say. Between two logs (a topic got more partitions, or was
/// made anew) only the times do. The first write of a medium's part is always the newest.
///
/// @param log    names one sequence of offsets, such as `media.embedded-3`, not empty, without spaces
/// @param offset of the event in its log, from 0 and below 2^53, so that scripts which count in doubles compare it
/// @param time   of the event; milliseconds count
public record Version(String log, long offset, Instant time) {
    /// Numbers below this are exact in double precision.
    static final long LIMIT = 1L << 53;

    public Version {
        if (log.isEmpty() || log.indexOf(' ') >= 0 || offset < 0 || offset >= LIMIT) {
            throw new IllegalArgumentException(
                    "A log's name without spaces and an offset from 0 and below 2^53 were expected, found '" + log
                            + "' and " + offset);
        }
        time = Instant.ofEpochMilli(time.toEpochMilli());
    }

    /// Whether this is newer than another version of the same part of the same medium; an equal one is not.
    public boolean isNewerThan(Version other) {
        return log.equals(other.log) ? offset > other.offset : time.isAfter(other.time);
    }
}
