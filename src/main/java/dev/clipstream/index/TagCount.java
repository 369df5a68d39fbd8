package dev.clipstream.index;

import java.util.Comparator;

/// How many media have a tag.
///
/// @param labelId the label
/// @param media   how many, at least 1
public record TagCount(String labelId, long media) {
    /// Most first, equal ones by label.
    public static final Comparator<TagCount> MOST_FIRST =
            Comparator.comparingLong(TagCount::media).reversed().thenComparing(TagCount::labelId);
}
