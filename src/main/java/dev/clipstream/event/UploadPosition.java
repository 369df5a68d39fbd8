package dev.clipstream.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/// The position of an upload or of a deletion in its topic. The records that derive from it carry it as the
/// header [#HEADER], because a tombstone has no value that could.
///
/// A replay writes vectors and tombstones again, at new offsets of their topics. Their upload's position stays the
/// same, so it tells whether a record is older than another one of the same medium. Offsets compare within one log;
/// between two logs, times do.
///
/// The header is text: log, offset and time in ms since 1970, separated by spaces.
///
/// @param log    names a sequence of offsets, such as the topic's id and the partition. A topic that is created again
///               has another log. Not empty, without spaces, at most [#MAX_LOG_CHARACTERS] characters
/// @param offset in the log, at least 0
/// @param time   of the upload's record, with a precision of milliseconds
public record UploadPosition(String log, long offset, Instant time) {
    /// The name of the header.
    public static final String HEADER = "clipstream-upload";

    /// Maximum characters of a log: the longest name of a topic with its partition fits.
    public static final int MAX_LOG_CHARACTERS = 260;

    /// Maximum bytes of the header, its name included.
    public static final int MAX_HEADER_BYTES = 340;

    private static final Pattern VALUE = Pattern.compile(
            "(?<log>[\\x21-\\x7e]{1," + MAX_LOG_CHARACTERS + "}) (?<offset>\\d{1,15}) (?<time>\\d{1,19})");

    public UploadPosition {
        time = Instant.ofEpochMilli(time.toEpochMilli());
        if (!VALUE.matcher(text(log, offset, time)).matches()) {
            throw new IllegalArgumentException(
                    "Expected a log of 1 to " + MAX_LOG_CHARACTERS + " characters without spaces, and an offset and a"
                            + " time of at least 0, found '" + log + "', " + offset + " and " + time);
        }
    }

    /// Reads the header.
    ///
    /// @return empty if the header is missing or not valid; records of older versions and of other producers lack it
    public static Optional<UploadPosition> of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        Matcher found = VALUE.matcher(new String(header.value(), StandardCharsets.US_ASCII));
        try {
            return found.matches()
                    ? Optional.of(new UploadPosition(
                            found.group("log"),
                            Long.parseLong(found.group("offset")),
                            Instant.ofEpochMilli(Long.parseLong(found.group("time")))))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // a time beyond 2^63 ms
        }
    }

    /// Writes the header in place of one that is there already.
    public void writeTo(Headers headers) {
        headers.remove(HEADER).add(HEADER, text(log, offset, time).getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(String log, long offset, Instant time) {
        return log + " " + offset + " " + time.toEpochMilli();
    }
}
