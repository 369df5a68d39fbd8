package dev.clipstream.index;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of a medium beside its vector and tags.
///
/// @param uri         where the picture was fetched from; null: it came inline
/// @param contentType as its producer told; null: not told
/// @param width       of the picture as seen, in pixels, at least 1
/// @param height      of the picture as seen, in pixels, at least 1
/// @param uploadedAt  when it was uploaded; kept in milliseconds
/// @param attributes  the producer's own names and values; empty: none
public record MediaDetails(
        @Nullable String uri,
        @Nullable String contentType,
        int width,
        int height,
        Instant uploadedAt,
        Map<String, String> attributes) {
    public MediaDetails {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "A picture of at least 1 x 1 was expected, found " + width + " x " + height);
        }
        uploadedAt = Instant.ofEpochMilli(uploadedAt.toEpochMilli());
        attributes = Map.copyOf(attributes);
    }
}
