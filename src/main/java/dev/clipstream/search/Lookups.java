package dev.clipstream.search;

import dev.clipstream.clip.ModelIdentity;

/// All that answers questions of one model: its index, its towers and its labels.
///
/// @param search    in the model's index
/// @param labelling with the model's towers
/// @param pictures  of queries, likewise
public record Lookups(MediaSearch search, Labelling labelling, QueryPictures pictures) {
    /// Whose they are.
    public ModelIdentity model() {
        return search.model();
    }
}
