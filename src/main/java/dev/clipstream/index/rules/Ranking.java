package dev.clipstream.index.rules;

import dev.clipstream.index.NearestQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Cuts pages of any depth out of one ranking.
///
/// An approximate search with more candidates also finds other media among the first ones. Pages of searches of
/// different depths would therefore repeat and skip media. So the ranking is composed: the hits of a search for 100
/// candidates, then the further hits of a search for 1,000, then those of a search for 10,000. The first hit of a
/// deeper search may be nearer than the last one before it.
public final class Ranking {
    private static final int FIRST_DEPTH = 100;
    private static final int DEEPER = 10;

    private Ranking() {}

    /// The result of a search at one depth.
    ///
    /// @param best the hits, best first
    /// @param more whether a deeper search may find more
    public record Found<T>(List<T> best, boolean more) {}

    /// A search that returns the same hits for the same depth as long as the index does not change.
    @FunctionalInterface
    public interface Search<T> {
        /// Searches with a number of candidates.
        Found<T> at(int depth);
    }

    /// Returns the page that a query selects.
    ///
    /// @param id identifies a hit
    public static <T> List<T> page(NearestQuery query, Function<T, String> id, Search<T> search) {
        Map<String, T> ranked = new LinkedHashMap<>();
        int wanted = query.offset() + query.limit();
        for (int depth = FIRST_DEPTH; ; depth *= DEEPER) {
            Found<T> found = search.at(depth);
            found.best().forEach(one -> ranked.putIfAbsent(id.apply(one), one));
            if (ranked.size() >= wanted || !found.more() || depth >= NearestQuery.MAX_HITS) {
                return ranked.values().stream()
                        .skip(query.offset())
                        .limit(query.limit())
                        .toList();
            }
        }
    }
}
