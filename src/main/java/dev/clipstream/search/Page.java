package dev.clipstream.search;

import dev.clipstream.index.NearestQuery;

/// The range of results to return, and limits of the search.
///
/// @param offset    the number of results to skip, at least 0
/// @param k         the largest number of results, at least 1
/// @param effort    the number of candidates of the approximate search; 0 for as many as the page needs
/// @param minCosine the smallest cosine of a result, -1 to 1
public record Page(int offset, int k, int effort, double minCosine) {
    /// The default number of results.
    public static final int DEFAULT_K = 10;

    /// The largest sum of offset and k. The index also has to find the media that the query names, which are
    /// removed.
    public static final int MAX_END = NearestQuery.MAX_HITS - SearchQuery.MAX_PARTS;

    /// The largest number of candidates.
    public static final int MAX_EFFORT = NearestQuery.MAX_HITS;

    public Page {
        if (offset < 0 || k < 1 || (long) offset + k > MAX_END) {
            throw SearchException.badQuery(
                    "an offset of at least 0 and a k of at least 1, together at most " + MAX_END,
                    offset + " and " + k,
                    "narrow the query with a filter");
        }
    }
}
