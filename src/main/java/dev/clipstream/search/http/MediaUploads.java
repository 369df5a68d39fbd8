package dev.clipstream.search.http;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Publishes upload events for HTTP clients. Thread-safe.
///
/// Every method throws [dev.clipstream.search.SearchException]: `UNAVAILABLE` if the brokers do not acknowledge the
/// event in time, and `TOO_LARGE` if it exceeds their limit.
public interface MediaUploads {

    /// An upload, by content or by URI.
    ///
    /// @param mediaId     not empty
    /// @param content     the encoded image, or null if `uri` is given
    /// @param uri         the location of the image, or null if `content` is given
    /// @param contentType the media type, or null if unknown
    /// @param attributes  names and values that the client chooses
    record Upload(
            String mediaId,
            @Nullable ByteBuffer content,
            @Nullable String uri,
            @Nullable String contentType,
            Map<String, String> attributes) {
        public Upload {
            if ((content == null) == (uri == null)) {
                throw new IllegalArgumentException("Expected either content or uri, found both or neither");
            }
            attributes = Map.copyOf(attributes);
        }
    }

    /// The position of an event that all in-sync replicas have acknowledged.
    record Accepted(String mediaId, String topic, int partition, long offset) {}

    /// Publishes an upload.
    Accepted upload(Upload upload);

    /// Publishes a deletion (a tombstone).
    Accepted delete(String mediaId);
}
