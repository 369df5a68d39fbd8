package dev.clipstream.index;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A medium as the index shows it.
///
/// @param mediaId its identity
/// @param source  names the upload behind it, as [MediaWrite.PutVector] does
/// @param details what is known of it
/// @param tagSet  its tags; null: not tagged yet
public record IndexedMedia(
        String mediaId,
        String source,
        MediaDetails details,
        @Nullable TagSet tagSet) {

    /// Its tags, if it was tagged.
    public Optional<TagSet> tags() {
        return Optional.ofNullable(tagSet);
    }
}
