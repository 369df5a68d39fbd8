package dev.clipstream.index;

import java.util.Comparator;

/// A medium that a vector found.
///
/// @param media  what was found
/// @param cosine of its vector and the query's, -1 to 1, as exact as the index keeps vectors
public record MediaHit(IndexedMedia media, double cosine) {
    /// The order of hits: best first, equal ones by media id.
    static final Comparator<MediaHit> BEST_FIRST = Comparator.comparingDouble(MediaHit::cosine)
            .reversed()
            .thenComparing(hit -> hit.media().mediaId());
}
