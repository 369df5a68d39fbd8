package dev.clipstream.search;

import dev.clipstream.clip.ModelIdentity;

/// Everything that serves the requests for one model: its index, its encoders and its labels.
///
/// @param search    searches the model's index
/// @param labelling scores images against labels
/// @param pictures  embeds the images of queries
public record Lookups(MediaSearch search, Labelling labelling, QueryPictures pictures) {
    /// Returns the model.
    public ModelIdentity model() {
        return search.model();
    }
}
