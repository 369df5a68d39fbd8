package dev.clipstream.topology.gate;

import dev.clipstream.event.UploadPosition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// The bytes of a record that are copied to its output or rejection: key, headers and the texts of its event, but
/// not its image.
///
/// Without a limit, one event could lead to an output that exceeds the producer's or the topic's maximum. The
/// instance would stop, and stop again after every restart, because it reads the same event again. An output holds
/// the carried bytes, the key once more as the media id, and a vector or tags, so [RecordGate#MAX_CARRIED_BYTES]
/// keeps it well below 1 MiB.
///
/// @param key    bytes of the key; 0: no key, or an empty one
/// @param others bytes of headers, attributes and texts, in UTF-8
record CarriedSize(int key, long others) {
    /// Upper limit of what the lengths of a name and a value take on the wire.
    private static final int ENTRY_BYTES = 8;

    /// Returns the size of key and headers, which every output and rejection carries.
    static CarriedSize of(byte @Nullable [] key, Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += isUploadPosition(header) ? 0 : of(header);
        }
        return new CarriedSize(key == null ? 0 : key.length, bytes);
    }

    /// Outputs have this header although their events had none. If it counted, a later stage would reject an output
    /// that the first one found just small enough. It is short, so nothing becomes too large by it.
    private static boolean isUploadPosition(Header header) {
        return header.key().equals(UploadPosition.HEADER) && of(header) <= UploadPosition.MAX_HEADER_BYTES;
    }

    /// Returns the size of a header with its name.
    static long of(Header header) {
        return ENTRY_BYTES + of(header.key()) + (header.value() == null ? 0 : header.value().length);
    }

    private static long of(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// Returns this size plus that of the fields of an event.
    CarriedSize plus(Map<String, String> attributes, @Nullable String... texts) {
        long bytes = others;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            bytes += ENTRY_BYTES + of(attribute.getKey()) + of(attribute.getValue());
        }
        for (String text : texts) {
            bytes += of(text);
        }
        return new CarriedSize(key, bytes);
    }

    /// Returns whether an output or a rejection could be too large for its topic.
    boolean isTooLarge() {
        return key > RecordGate.MAX_KEY_BYTES || key + others > RecordGate.MAX_CARRIED_BYTES;
    }
}
