package dev.clipstream.search;

import dev.clipstream.index.NearestQuery;

/// Which results are wanted, and how hard to look for them.
///
/// @param offset    results to skip, from 0
/// @param k         most results, at least 1
/// @param effort    candidates that the approximate search weighs; 0: as many as the page needs
/// @param minCosine smallest cosine of a result, -1 to 1
public record Page(int offset, int k, int effort, double minCosine) {
    /// Results when nobody says how many.
    public static final int USUAL_K = 10;

    /// The last result that pages reach: beyond it may lie the media that a query names, which are no results.
    public static final int LAST = NearestQuery.MAX_HITS - SearchQuery.MOST_PARTS;

    /// Most candidates.
    public static final int MOST_EFFORT = NearestQuery.MAX_HITS;

    public Page {
        if (offset < 0 || k < 1 || (long) offset + k > LAST) {
            throw SearchException.badQuery(
                    "an offset from 0 and a k from 1, together at most " + LAST,
                    offset + " and " + k,
                    "narrow the question with a filter");
        }
    }
}
