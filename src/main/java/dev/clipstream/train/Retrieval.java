package dev.clipstream.train;

import java.util.Arrays;
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

    /// @param queries    unit vectors
    /// @param candidates unit vectors of the same length
    public static Retrieval of(float[][] queries, float[][] candidates, Partners partners) {
        int[] ranks = IntStream.range(0, queries.length)
                .map(query -> rank(queries[query], candidates, query, partners))
                .toArray();
        return new Retrieval(queries.length, within(ranks, 1), within(ranks, 5), within(ranks, 10));
    }

    /// How many candidates stand before the best partner; a tie counts against it.
    private static int rank(float[] vector, float[][] candidates, int query, Partners partners) {
        double best = Double.NEGATIVE_INFINITY;
        double[] cosines = new double[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            cosines[i] = dot(vector, candidates[i]);
            if (partners.together(query, i)) {
                best = Math.max(best, cosines[i]);
            }
        }
        int before = 0;
        for (int i = 0; i < candidates.length; i++) {
            if (cosines[i] >= best && !partners.together(query, i)) {
                before++;
            }
        }
        return before;
    }

    private static double within(int[] ranks, int k) {
        return Arrays.stream(ranks).filter(rank -> rank < k).count() / (double) ranks.length;
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
