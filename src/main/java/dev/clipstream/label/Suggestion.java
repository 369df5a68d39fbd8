package dev.clipstream.label;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// Suggests the known word that a misspelled one is closest to.
final class Suggestion {
    private static final int MAX_CANDIDATES = 20_000;
    private static final int MAX_WORD = 100;

    private Suggestion() {}

    /// Returns ` (nearest: 'word')`, or the empty text if no known word is close.
    static String hint(String word, Collection<String> known) {
        if (word.length() > MAX_WORD) {
            return "";
        }
        int near = Math.max(2, word.length() / 3);
        return known.stream()
                .limit(MAX_CANDIDATES)
                .filter(candidate -> Math.abs(candidate.length() - word.length()) <= near)
                .map(candidate -> new Candidate(candidate, distance(word, candidate)))
                .filter(candidate -> candidate.distance <= near)
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
                .map(candidate -> " (nearest: '" + candidate.word + "')")
                .orElse("");
    }

    private record Candidate(String word, int distance) {}

    /// Returns the Levenshtein distance, ignoring case.
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
