package dev.clipstream.index.rules;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state of a medium except its vector: what the index shows, and what it must remember to order writes. The
/// rule of which write wins. A store without scripts keeps it as it is; others are tested against it.
///
/// @param vectorVersion version of the last vector or its deletion; null if none arrived
/// @param vectorSource  upload of the vector; null if it was deleted, or none arrived
/// @param details       of that upload; null if there is no vector
/// @param tagsVersion   version of the last tags or their deletion; null if none arrived
/// @param tagsSource    upload of the tags; null if they were deleted, or none arrived
/// @param tags          null if there are none
public record MediaState(
        @Nullable Version vectorVersion,
        @Nullable String vectorSource,
        @Nullable MediaDetails details,
        @Nullable Version tagsVersion,
        @Nullable String tagsSource,
        @Nullable TagSet tags) {

    /// The state of a medium without any write.
    public static final MediaState NONE = new MediaState(null, null, null, null, null, null);

    /// Returns the state after a write, or empty if the write is stale.
    public Optional<MediaState> after(MediaWrite write) {
        boolean ofVector = write instanceof MediaWrite.PutVector || write instanceof MediaWrite.DeleteVector;
        Version known = ofVector ? vectorVersion : tagsVersion;
        if (known != null && !write.version().isNewerThan(known)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (write) {
                    case MediaWrite.PutVector put ->
                        new MediaState(put.version(), put.source(), put.details(), tagsVersion, tagsSource, tags);
                    case MediaWrite.DeleteVector gone ->
                        new MediaState(gone.version(), null, null, tagsVersion, tagsSource, tags);
                    case MediaWrite.PutTags put ->
                        new MediaState(vectorVersion, vectorSource, details, put.version(), put.source(), put.tags());
                    case MediaWrite.DeleteTags gone ->
                        new MediaState(vectorVersion, vectorSource, details, gone.version(), null, null);
                });
    }

    /// Returns what the index shows, or empty if the medium has no vector.
    public Optional<IndexedMedia> shown(String mediaId) {
        if (details == null || vectorSource == null) {
            return Optional.empty();
        }
        boolean sameUpload = vectorSource.equals(tagsSource);
        return Optional.of(new IndexedMedia(mediaId, vectorSource, details, sameUpload ? tags : null));
    }
}
