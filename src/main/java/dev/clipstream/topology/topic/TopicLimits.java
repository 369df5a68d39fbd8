package dev.clipstream.topology.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// What a topic accepts from our producers.
///
/// @param maxRecordBytes maximum size of a record alone in its batch, uncompressed, in bytes
/// @param maxAgeMillis   how far the timestamp of a record may lie in the past, in ms
public record TopicLimits(long maxRecordBytes, long maxAgeMillis) {
    /// The defaults of Kafka: 1 MiB, which is the limit of a producer, and any age.
    public static final TopicLimits DEFAULT = new TopicLimits(1 << 20, Long.MAX_VALUE);

    /// Upper limit of what a batch and its only record take besides key, value and headers.
    private static final int RECORD_BYTES = 61 + 21 + 3 * 5;

    /// Upper limit of what the lengths of a header's name and value take.
    private static final int HEADER_BYTES = 2 * 5;

    /// Room for the time that a record takes to its broker, and for the difference of the clocks.
    private static final long MAX_MARGIN_MILLIS = 60_000;

    /// Returns whether a record fits.
    public boolean accepts(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return bytes(key, value, headers) <= maxRecordBytes;
    }

    /// Returns an upper limit of the size of a record that is alone in its batch, in bytes.
    public static long bytes(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long bytes = RECORD_BYTES + (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
        for (Header header : headers) {
            bytes += HEADER_BYTES
                    + header.key().getBytes(StandardCharsets.UTF_8).length
                    + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /// Returns the timestamp of an output: that of its input, or now if the input's lies in the future or is too old
    /// for the topic. A topic may accept some future, but no output is newer than its processing.
    ///
    /// @param wantedMillis timestamp of the input
    public long timestamp(long wantedMillis, long nowMillis) {
        if (wantedMillis > nowMillis) {
            return nowMillis;
        }
        long accepted = maxAgeMillis - Math.min(MAX_MARGIN_MILLIS, maxAgeMillis / 2);
        return nowMillis - wantedMillis > accepted ? nowMillis : wantedMillis;
    }
}
