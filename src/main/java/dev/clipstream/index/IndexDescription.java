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
/// @param filling  whether it is filled for the first time: lookups would miss media
/// @param generation new whenever what keeps it was restarted, empty until then: what was not saved is lost, so whoever
/// filled it in an earlier generation has to begin from the beginning, too
/// @param failures media that the store took and could not index, since the index was made: above 0 lookups miss some
public record IndexDescription(
        String name,
        ModelIdentity model,
        boolean live,
        long media,
        String born,
        String kind,
        Map<String, String> settings,
        boolean filling,
        String generation,
        long failures) {
    public IndexDescription {
        settings = Map.copyOf(settings);
    }
}
