package dev.clipstream.index;

import java.util.Comparator;

/// The number of media that have a tag.
///
/// @param labelId id of the label
/// @param media   number of media, at least 1
public record TagCount(String labelId, long media) {
    /// Orders by number, largest first, and then by label id.
    public static final Comparator<TagCount> MOST_FIRST =
            Comparator.comparingLong(TagCount::media).reversed().thenComparing(TagCount::labelId);
}
