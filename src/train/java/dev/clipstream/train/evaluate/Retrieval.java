package dev.clipstream.train.evaluate;

import dev.clipstream.clip.Embedding;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How often a query finds a partner among the nearest: recall@k.
///
/// @param queries that were asked, at least 1
/// @param at1     part of them with a partner in first place, 0 to 1
/// @param at5     with one among the first 5
/// @param at10    with one among the first 10
public record Retrieval(int queries, double at1, double at5, double at10) {

    /// Whether a query and a candidate belong together.
    public interface Partners {
        /// @return true if they do
        boolean together(int query, int candidate);
    }

    public static Retrieval of(List<Embedding> queries, List<Embedding> candidates, Partners partners) {
        int[] ranks = IntStream.range(0, queries.size())
                .map(query -> rank(queries.get(query), candidates, query, partners))
                .toArray();
        return new Retrieval(queries.size(), within(ranks, 1), within(ranks, 5), within(ranks, 10));
    }

    /// How many candidates stand before the best partner; a tie counts against it.
    private static int rank(Embedding vector, List<Embedding> candidates, int query, Partners partners) {
        double best = Double.NEGATIVE_INFINITY;
        double[] cosines = new double[candidates.size()];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = vector.cosine(candidates.get(i));
            if (partners.together(query, i)) {
                best = Math.max(best, cosines[i]);
            }
        }
        int before = 0;
        for (int i = 0; i < cosines.length; i++) {
            if (cosines[i] >= best && !partners.together(query, i)) {
                before++;
            }
        }
        return before;
    }

    private static double within(int[] ranks, int k) {
        return Arrays.stream(ranks).filter(rank -> rank < k).count() / (double) ranks.length;
    }
}
