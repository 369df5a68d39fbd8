package dev.clipstream.search;

import dev.clipstream.index.MediaFilter;
import dev.clipstream.search.QueryPart.Medium;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A question: the media that are most like the sum of its parts. Media that it names are no results.
///
/// @param parts  1 to [#MOST_PARTS]
/// @param filter which media may be results
public record SearchQuery(List<QueryPart> parts, MediaFilter filter, Page page) {
    /// Most parts.
    public static final int MOST_PARTS = 32;

    public SearchQuery {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MOST_PARTS) {
            throw SearchException.badQuery(
                    "1 to " + MOST_PARTS + " parts of a query",
                    "" + parts.size(),
                    "give it texts, media ids, pictures or vectors, and not too many");
        }
    }

    /// The media that it names.
    Set<String> named() {
        return parts.stream()
                .flatMap(part -> part.like() instanceof Medium medium ? Stream.of(medium.mediaId()) : Stream.empty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
