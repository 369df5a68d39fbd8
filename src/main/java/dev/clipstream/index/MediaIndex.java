package dev.clipstream.index;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.util.List;
import java.util.Optional;

/// The media of one model: written by the stream, asked by everybody. Safe for use by many threads.
///
/// A write is atomic for its medium and idempotent, and an older one never overwrites a newer, deletions included. When
/// [#write] returns, what it wrote is kept and found. Every method throws [IndexUnavailableException] if the index does
/// not answer, and [IndexMissingException] if it is not there any more.
///
/// Opened and closed by [MediaIndexes].
public interface MediaIndex {

    /// Whose vectors it holds.
    ModelIdentity model();

    /// Writes a batch, in its order.
    ///
    /// @return one outcome for each write
    /// @throws IllegalArgumentException if a vector is not of the model's dimension; then nothing is written
    List<WriteOutcome> write(List<MediaWrite> batch);

    /// The media nearest to a vector, best first.
    ///
    /// @throws IllegalArgumentException if the vector is not of the model's dimension
    List<MediaHit> nearest(NearestQuery query);

    /// The media that were uploaded last, newest first, equal ones by media id.
    ///
    /// @param offset media to skip, from 0
    /// @param limit  most media to give, at least 1
    List<IndexedMedia> newest(MediaFilter filter, int offset, int limit);

    /// One medium; empty: it is not there.
    default Optional<IndexedMedia> get(String mediaId) {
        return get(List.of(mediaId)).getFirst();
    }

    /// Several media, in one question.
    ///
    /// @return one for each id, in their order; empty: it is not there
    List<Optional<IndexedMedia>> get(List<String> mediaIds);

    /// The vector of a medium, as exact as the index keeps it; empty: it is not there.
    Optional<Embedding> vector(String mediaId);

    /// How many media a filter keeps.
    long count(MediaFilter filter);

    /// How many of the media that a filter keeps have each tag, at any probability; most first.
    ///
    /// @param limit most tags to give, at least 1
    List<TagCount> tagCounts(MediaFilter filter, int limit);

    /// What it is.
    IndexDescription describe();

    /// Whether it was filled for the first time when it was found: lookups would miss media.
    boolean isFilling();

    /// Tells everybody that it holds what the topics hold: whoever finds it from now on finds it not [#isFilling].
    ///
    /// @return false: it is another one by now, or in another generation, and nothing was told
    boolean filled();
}
