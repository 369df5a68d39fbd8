package dev.clipstream.index.rules;

import java.util.Comparator;

/// A medium that a search weighs for its page, before what the index shows of it is read.
public interface Candidate {
    /// The order of hits: the largest cosine first, equal ones by media id.
    Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble(Candidate::cosine).reversed().thenComparing(Candidate::mediaId);

    /// The medium's id.
    String mediaId();

    /// The cosine of its vector and the query's, -1 to 1.
    double cosine();
}
