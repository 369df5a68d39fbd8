package dev.clipstream.topology;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// What of a record is copied to its output or rejection, in bytes: key, headers and texts of its event, not its
/// picture.
///
/// Without a limit one event could make an output that no producer sends and no topic takes. The instance would stop,
/// and stop again at every start, since it reads the same event again. An output holds at most what is carried, the
/// key once more as the media id, and its vector or tags, so [#MOST_BYTES] leaves it well below 1 MiB.
///
/// @param key    bytes of the key; 0: none
/// @param others bytes of headers, attributes and texts, in UTF-8
record Carried(int key, long others) {
    /// Most bytes that are carried in all: 256 KiB.
    static final int MOST_BYTES = 256 << 10;

    /// Most bytes of a key, which is copied twice: 64 KiB.
    static final int MOST_KEY_BYTES = 64 << 10;

    /// At most what the lengths of a name and a value take on the wire.
    private static final int ENTRY_BYTES = 8;

    /// What every output and rejection of a record has from it.
    static Carried of(byte @Nullable [] key, Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += size(header);
        }
        return new Carried(key == null ? 0 : key.length, bytes);
    }

    /// With what its event tells, too.
    Carried and(Map<String, String> attributes, @Nullable String... texts) {
        long bytes = others;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            bytes += ENTRY_BYTES + size(attribute.getKey()) + size(attribute.getValue());
        }
        for (String text : texts) {
            bytes += size(text);
        }
        return new Carried(key, bytes);
    }

    /// Whether an output or a rejection could be too large for a topic.
    boolean isTooMuch() {
        return key > MOST_KEY_BYTES || key + others > MOST_BYTES;
    }

    /// Bytes of a header with its name.
    static long size(Header header) {
        return ENTRY_BYTES + size(header.key()) + (header.value() == null ? 0 : header.value().length);
    }

    private static long size(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
