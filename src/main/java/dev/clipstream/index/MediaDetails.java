package dev.clipstream.index;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the index stores of a medium besides its vector and tags.
///
/// @param uri         where the image was fetched from; null if it came inline
/// @param contentType as declared by the producer; null if not declared
/// @param width       of the upright image, in pixels, at least 1
/// @param height      of the upright image, in pixels, at least 1
/// @param uploadedAt  time of the upload, with a precision of milliseconds
/// @param attributes  names and values of the producer's choice
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
                    "Expected an image of at least 1 x 1 pixels, found " + width + " x " + height);
        }
        uploadedAt = Instant.ofEpochMilli(uploadedAt.toEpochMilli());
        attributes = Map.copyOf(attributes);
    }
}
