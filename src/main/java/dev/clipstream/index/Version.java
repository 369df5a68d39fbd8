package dev.clipstream.index;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The version of a write: the position and the time of the upload or deletion that it derives from, and the position
/// of the record that brings it.
///
/// The upload decides first: a replay writes the records of old uploads again, at new offsets. Of one upload, the later
/// record is newer, such as tags by another label set. Within one log, offsets define the order. Between two logs (a
/// topic got more partitions, or was created again), times do, and so they do if only one of two versions names its
/// upload.
///
/// @param log    names the sequence of the record's offsets, such as `media.embedded-3`; not empty, without spaces
/// @param offset of the record in its log, from 0 and below 2^53, since scripts compare it as a double
/// @param time   of the upload or, if it is not known, of the record, with a precision of milliseconds
/// @param upload null if it is not known, for records of older versions and other producers
public record Version(
        String log, long offset, Instant time, @Nullable Upload upload) {
    /// Integers below this are exact in double precision.
    private static final long LIMIT = 1L << 53;

    /// The position of an upload or a deletion.
    ///
    /// @param log    names the sequence of offsets, see `UploadPosition`; not empty, without spaces
    /// @param offset from 0 and below 2^53
    public record Upload(String log, long offset) {
        public Upload {
            check(log, offset);
        }
    }

    public Version {
        check(log, offset);
        time = Instant.ofEpochMilli(time.toEpochMilli());
    }

    /// A version whose upload is not known.
    public Version(String log, long offset, Instant time) {
        this(log, offset, time, null);
    }

    private static void check(String log, long offset) {
        if (log.isEmpty() || log.indexOf(' ') >= 0 || offset < 0 || offset >= LIMIT) {
            throw new IllegalArgumentException(
                    "Expected the name of a log without spaces and an offset of 0 to 2^53 - 1, found '" + log + "' and "
                            + offset);
        }
    }

    /// Returns whether this is newer than another version of the same part of the same medium. Equal versions are
    /// not.
    public boolean isNewerThan(Version other) {
        boolean sameUploads = Objects.equals(uploadLog(), other.uploadLog());
        if (sameUploads && upload != null && other.upload != null && upload.offset != other.upload.offset) {
            return upload.offset > other.upload.offset;
        }
        boolean sameRecords = log.equals(other.log) && (sameUploads || time.equals(other.time));
        return sameRecords ? offset > other.offset : time.isAfter(other.time);
    }

    private @Nullable String uploadLog() {
        return upload == null ? null : upload.log;
    }
}
