package dev.clipstream.index;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.util.List;
import java.util.Optional;

/// The media of one model: written by the indexing topology, read by searches. Safe for use by many threads.
///
/// A write is idempotent and atomic for its medium. An older write never replaces a newer one, and this includes
/// deletions. When [#write] returns, its media are stored and can be found. Every method throws
/// [IndexUnavailableException] if the index does not answer, and [IndexMissingException] if it no longer exists.
///
/// [MediaIndexes] opens and closes it.
public interface MediaIndex {

    /// Returns the model whose vectors the index holds.
    ModelIdentity model();

    /// Writes a batch, in its order.
    ///
    /// @return one outcome for each write
    /// @throws IllegalArgumentException if a vector does not have the dimension of the model; then nothing is
    ///         written
    List<WriteOutcome> write(List<MediaWrite> batch);

    /// Returns the media nearest to a vector, best first.
    ///
    /// @throws IllegalArgumentException if the vector does not have the dimension of the model
    List<MediaHit> nearest(NearestQuery query);

    /// Returns the media that were uploaded last, newest first, and by media id among equal times.
    ///
    /// @param offset media to skip, from 0
    /// @param limit  most media to return, at least 1
    List<IndexedMedia> newest(MediaFilter filter, int offset, int limit);

    /// Returns media in the reverse order of [#newest].
    List<IndexedMedia> oldest(MediaFilter filter, int offset, int limit);

    /// Returns a medium, or empty if it is missing.
    default Optional<IndexedMedia> get(String mediaId) {
        return get(List.of(mediaId)).getFirst();
    }

    /// Returns several media with one request.
    ///
    /// @return one element for each id, in their order; empty if the medium is missing
    List<Optional<IndexedMedia>> get(List<String> mediaIds);

    /// Returns the vector of a medium with the precision of the index, or empty if the medium is missing.
    Optional<Embedding> vector(String mediaId);

    /// Returns how many media match a filter.
    long count(MediaFilter filter);

    /// Returns how many of the media that match a filter have each tag, at any probability, most frequent first.
    ///
    /// @param limit most tags to return, at least 1
    List<TagCount> tagCounts(MediaFilter filter, int limit);

    /// Returns what the index is and holds now.
    IndexDescription describe();

    /// Returns whether the index was being filled for the first time when it was opened: searches would miss media.
    boolean isFilling();

    /// Records that the index holds what the topics hold. For those who open it from now on, [#isFilling] is false.
    ///
    /// @return false if another index has its name by now, or another generation began; nothing is recorded then
    boolean markFilled();
}
