package dev.clipstream.tag;

import java.util.List;

/// What a [TaggerSnapshot] finds in an image.
///
/// @param tags   of each label set, in the order of [TaggerSnapshot#taggers()]
/// @param alerts of each standing query, in the order of [TaggerSnapshot#alerts()]; a query that does not match has no
///               tags. Filters are not applied
public record ImageTags(List<SetTags> tags, List<SetTags> alerts) {
    public ImageTags {
        tags = List.copyOf(tags);
        alerts = List.copyOf(alerts);
    }
}
