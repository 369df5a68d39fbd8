package dev.clipstream.index;

import dev.clipstream.clip.Embedding;

/// A search for the media nearest to a vector.
///
/// Hits are ordered by cosine and then by media id. While the index does not change, pages neither repeat nor skip a
/// hit.
///
/// @param vector    of the model of the index
/// @param filter    which media may be hits
/// @param offset    hits to skip, from 0
/// @param limit     most hits to return, at least 1; offset and limit add up to at most [#MAX_HITS]
/// @param effort    candidates that the approximate search considers (`ef` of HNSW). More candidates find more and
///                  take longer. 0 for as many as are ranked, at least 100
/// @param minCosine smallest cosine of a hit, -1 to 1; -1 for any
public record NearestQuery(Embedding vector, MediaFilter filter, int offset, int limit, int effort, double minCosine) {
    /// The last hit that a page may contain.
    public static final int MAX_HITS = 10_000;

    public NearestQuery {
        if (offset < 0 || limit < 1 || (long) offset + limit > MAX_HITS) {
            throw new IllegalArgumentException(
                    "Expected an offset of at least 0 and a limit of at least 1 that add up to at most " + MAX_HITS
                            + ", found " + offset + " and " + limit + ". Narrow the search with a filter");
        }
        if (effort < 0 || !(minCosine >= -1 && minCosine <= 1)) {
            throw new IllegalArgumentException(
                    "Expected an effort of at least 0 and a cosine of -1 to 1, found " + effort + " and " + minCosine);
        }
    }

    /// Returns a search for the first hits among all media.
    public static NearestQuery of(Embedding vector, int limit) {
        return new NearestQuery(vector, MediaFilter.ALL, 0, limit, 0, -1);
    }

    /// Returns this search with another filter.
    public NearestQuery withFilter(MediaFilter wanted) {
        return new NearestQuery(vector, wanted, offset, limit, effort, minCosine);
    }

    /// Returns this search for another page.
    public NearestQuery withPage(int skipped, int most) {
        return new NearestQuery(vector, filter, skipped, most, effort, minCosine);
    }

    /// Returns this search with another effort.
    public NearestQuery withEffort(int candidates) {
        return new NearestQuery(vector, filter, offset, limit, candidates, minCosine);
    }

    /// Returns this search with another smallest cosine.
    public NearestQuery withMinCosine(double least) {
        return new NearestQuery(vector, filter, offset, limit, effort, least);
    }
}
