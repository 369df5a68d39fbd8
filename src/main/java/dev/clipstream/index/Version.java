package dev.clipstream.index;

import java.time.Instant;

/// The version of a write: position and time of the event that it comes from.
///
/// Within one log, offsets define the order. Between two logs (a topic got more partitions, or was created again),
/// times do.
///
/// @param log    names a sequence of offsets, such as `media.embedded-3`; not empty, without spaces
/// @param offset of the event in its log, from 0 and below 2^53, since scripts compare it as a double
/// @param time   of the event, with a precision of milliseconds
public record Version(String log, long offset, Instant time) {
    /// Integers below this are exact in double precision.
    static final long LIMIT = 1L << 53;

    public Version {
        if (log.isEmpty() || log.indexOf(' ') >= 0 || offset < 0 || offset >= LIMIT) {
            throw new IllegalArgumentException(
                    "Expected the name of a log without spaces and an offset of 0 to 2^53 - 1, found '" + log + "' and "
                            + offset);
        }
        time = Instant.ofEpochMilli(time.toEpochMilli());
    }

    /// Returns whether this is newer than another version of the same part of the same medium. Equal versions are
    /// not.
    public boolean isNewerThan(Version other) {
        return log.equals(other.log) ? offset > other.offset : time.isAfter(other.time);
    }
}
