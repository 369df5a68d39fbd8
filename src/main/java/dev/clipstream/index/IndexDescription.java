package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.Map;

/// What an index is and holds.
///
/// @param name       unique in its store, see [IndexName]
/// @param model      whose vectors the index holds
/// @param live       whether this is the live index
/// @param media      number of media
/// @param born       birth id, new whenever the index is created: an index with another birth id must be filled
///                   again
/// @param kind       what keeps the index, see [MediaIndexes#kind]
/// @param settings   how the index is kept, for people to read
/// @param filling    whether the index is being filled for the first time: searches miss media
/// @param generation new whenever the servers of the store were restarted, empty before that. What they had not
///                   saved is lost, so the index must be filled again in a new generation
/// @param failures   media that the store counts and searches miss: it accepted but could not index them since the
///                   index was created, or it evicted them
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
