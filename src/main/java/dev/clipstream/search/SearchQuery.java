package dev.clipstream.search;

import dev.clipstream.index.MediaFilter;
import dev.clipstream.search.QueryPart.Medium;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A query for the media nearest to the weighted sum of its parts. Media that the query names are not results.
///
/// @param parts  1 to [#MAX_PARTS]
/// @param filter the media that can be results
public record SearchQuery(List<QueryPart> parts, MediaFilter filter, Page page) {
    /// The largest number of parts.
    public static final int MAX_PARTS = 32;

    public SearchQuery {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MAX_PARTS) {
            throw SearchException.badQuery(
                    "a query of 1 to " + MAX_PARTS + " parts",
                    "" + parts.size(),
                    "use texts, media ids, images or vectors as parts");
        }
    }

    /// Returns the same query among other media.
    public SearchQuery withFilter(MediaFilter other) {
        return new SearchQuery(parts, other, page);
    }

    /// Returns the ids of the media that the query names.
    Set<String> named() {
        return parts.stream()
                .flatMap(part -> part.input() instanceof Medium medium ? Stream.of(medium.mediaId()) : Stream.empty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
