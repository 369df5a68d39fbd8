package dev.clipstream.index.rules;

import dev.clipstream.index.NearestQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Cuts pages out of one ranking, however deep they go.
///
/// An approximate search that weighs more candidates also finds others among its first, so pages that were cut out of
/// searches of different depths would repeat and skip media. The ranking is put together instead: first what a search
/// for 100 finds, behind it what a search for 1,000 finds besides, then for 10,000. Where one begins, a medium may be
/// nearer than those before it.
public final class Ranking {
    private static final int FIRST_DEPTH = 100;
    private static final int DEEPER = 10;

    private Ranking() {}

    /// What a search found.
    ///
    /// @param best what the question keeps of it, best first
    /// @param more whether a deeper one may find more
    public record Found<T>(List<T> best, boolean more) {}

    /// Searches for so many candidates, always the same ones as long as the index does not change.
    @FunctionalInterface
    public interface Search<T> {
        Found<T> at(int depth);
    }

    /// The page that a query asks for.
    ///
    /// @param id tells two of them apart
    public static <T> List<T> page(NearestQuery query, Function<T, String> id, Search<T> search) {
        Map<String, T> ranked = new LinkedHashMap<>();
        int wanted = query.offset() + query.limit();
        for (int depth = FIRST_DEPTH; ; depth *= DEEPER) {
            Found<T> found = search.at(depth);
            found.best().forEach(one -> ranked.putIfAbsent(id.apply(one), one));
            if (ranked.size() >= wanted || !found.more() || depth >= NearestQuery.DEEPEST) {
                return ranked.values().stream()
                        .skip(query.offset())
                        .limit(query.limit())
                        .toList();
            }
        }
    }
}
