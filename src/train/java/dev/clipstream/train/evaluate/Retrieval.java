package dev.clipstream.train.evaluate;

import dev.clipstream.clip.Embedding;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Recall@k: the share of queries with a match among the k nearest candidates.
///
/// @param queries number of queries, at least 1
/// @param at1     recall@1, 0 to 1
/// @param at5     recall@5, 0 to 1
/// @param at10    recall@10, 0 to 1
public record Retrieval(int queries, double at1, double at5, double at10) {

    /// Decides whether a query and a candidate match.
    public interface Partners {
        /// Returns whether they match.
        boolean together(int query, int candidate);
    }

    public static Retrieval of(List<Embedding> queries, List<Embedding> candidates, Partners partners) {
        int[] ranks = IntStream.range(0, queries.size())
                .map(query -> rank(queries.get(query), candidates, query, partners))
                .toArray();
        return new Retrieval(queries.size(), within(ranks, 1), within(ranks, 5), within(ranks, 10));
    }

    /// Counts the candidates before the best match. Ties count against the match.
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
