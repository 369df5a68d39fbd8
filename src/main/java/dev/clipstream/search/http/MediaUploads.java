package dev.clipstream.search.http;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts events on the topic of uploads for those who have no Kafka client. Safe for use by many threads.
///
/// Every method throws [SearchException]: unavailable if the brokers do not take the event in time, too large if they
/// would not.
public interface MediaUploads {

    /// What is uploaded: bytes or a URI.
    ///
    /// @param mediaId     not empty
    /// @param content     the encoded picture; null: it is at the URI
    /// @param uri         where it is fetched from; null: it is in `content`
    /// @param contentType null: not told
    /// @param attributes  the uploader's own names and values
    record Upload(
            String mediaId,
            @Nullable ByteBuffer content,
            @Nullable String uri,
            @Nullable String contentType,
            Map<String, String> attributes) {
        public Upload {
            if ((content == null) == (uri == null)) {
                throw new IllegalArgumentException("Either content or uri was expected, found both or neither");
            }
            attributes = Map.copyOf(attributes);
        }
    }

    /// Where an event stands: every replica that must have it has it.
    record Accepted(String mediaId, String topic, int partition, long offset) {}

    /// Puts an upload there.
    Accepted upload(Upload upload);

    /// Puts a deletion there.
    Accepted delete(String mediaId);
}
