package dev.clipstream.index;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A medium as the index returns it.
///
/// @param mediaId id of the medium
/// @param source  names the upload of its vector, see [MediaWrite.PutVector]
/// @param details of that upload
/// @param tagSet  its tags; null if it is not tagged yet
public record IndexedMedia(
        String mediaId,
        String source,
        MediaDetails details,
        @Nullable TagSet tagSet) {

    /// Returns the tags, or empty if the medium is not tagged yet.
    public Optional<TagSet> tags() {
        return Optional.ofNullable(tagSet);
    }
}
