package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.Map;

/// What an index is.
///
/// @param name     unique in its store, see [IndexName]
/// @param model    whose vectors it holds
/// @param live     whether clients that ask for the live index get this one
/// @param media    how many it holds
/// @param born     its own id, new whenever it is made anew: whoever filled one of another id has to begin from the
/// beginning
/// @param kind     what keeps it, such as `lucene` or `vector-sets`
/// @param settings how it is kept, for people
/// @param failures media that the store took and could not index, since the index was made: above 0 lookups miss some
public record IndexDescription(
        String name,
        ModelIdentity model,
        boolean live,
        long media,
        String born,
        String kind,
        Map<String, String> settings,
        long failures) {
    public IndexDescription {
        settings = Map.copyOf(settings);
    }
}
