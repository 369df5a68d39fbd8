package dev.clipstream.index;

import dev.clipstream.clip.Embedding;

/// A question for the media nearest to a vector.
///
/// Hits are ordered by cosine and then by media id. While the index does not change, pages neither repeat nor skip a
/// medium that was found, see [Ranking].
///
/// @param vector    of the index's model
/// @param filter    which media may be hits
/// @param offset    hits to skip, from 0
/// @param limit     most hits to give, at least 1; offset and limit together at most [#DEEPEST]
/// @param effort    candidates that the approximate search weighs (HNSW's ef): more find more and take longer.
///                  0: as many as are ranked, at least 100
/// @param minCosine smallest cosine of a hit, -1 to 1; -1: any
public record NearestQuery(Embedding vector, MediaFilter filter, int offset, int limit, int effort, double minCosine) {
    /// How far pages may go; who wants more wants a filter.
    public static final int DEEPEST = 10_000;

    public NearestQuery {
        if (offset < 0 || limit < 1 || (long) offset + limit > DEEPEST) {
            throw new IllegalArgumentException("An offset from 0 and a limit from 1, together at most " + DEEPEST
                    + ", were expected, found " + offset + " and " + limit + ": narrow the question with a filter");
        }
        if (effort < 0 || !(minCosine >= -1 && minCosine <= 1)) {
            throw new IllegalArgumentException(
                    "An effort from 0 and a cosine of -1 to 1 were expected, found " + effort + " and " + minCosine);
        }
    }

    /// The first hits, of any medium.
    public static NearestQuery of(Embedding vector, int limit) {
        return new NearestQuery(vector, MediaFilter.ALL, 0, limit, 0, -1);
    }

    /// With this filter.
    public NearestQuery withFilter(MediaFilter wanted) {
        return new NearestQuery(vector, wanted, offset, limit, effort, minCosine);
    }

    /// Another page.
    public NearestQuery withPage(int skipped, int most) {
        return new NearestQuery(vector, filter, skipped, most, effort, minCosine);
    }

    /// With this effort.
    public NearestQuery withEffort(int candidates) {
        return new NearestQuery(vector, filter, offset, limit, candidates, minCosine);
    }

    /// With this smallest cosine.
    public NearestQuery withMinCosine(double least) {
        return new NearestQuery(vector, filter, offset, limit, effort, least);
    }
}
