package dev.clipstream.index.rules;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All that is known of one medium, what is not shown included: the rule by which writes meet. What an index without
/// scripts of its own keeps beside the vector.
///
/// @param vectorVersion of the newest vector or its deletion; null: none came
/// @param vectorSource  the upload behind the vector; null: deleted, or none came
/// @param details       null: as above
/// @param tagsVersion   of the newest tags or their deletion; null: none came
/// @param tagsSource    the upload behind the tags; null: deleted, or none came
/// @param tags          null: as above
public record MediaState(
        @Nullable Version vectorVersion,
        @Nullable String vectorSource,
        @Nullable MediaDetails details,
        @Nullable Version tagsVersion,
        @Nullable String tagsSource,
        @Nullable TagSet tags) {

    /// Nothing is known.
    public static final MediaState NONE = new MediaState(null, null, null, null, null, null);

    /// What is known after a write; empty: the write is stale.
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

    /// What is shown of it; empty: it is deleted, or its vector has not come.
    public Optional<IndexedMedia> shown(String mediaId) {
        if (details == null || vectorSource == null) {
            return Optional.empty();
        }
        boolean sameUpload = vectorSource.equals(tagsSource);
        return Optional.of(new IndexedMedia(mediaId, vectorSource, details, sameUpload ? tags : null));
    }
}
