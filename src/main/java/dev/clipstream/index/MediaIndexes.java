package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.List;
import java.util.Optional;

/// The indexes of one store, one for each model. Safe for use by many threads.
///
/// Two models never share an index, since their vectors cannot be compared. One index is live: clients that have no
/// model of their own search that one. Every method except [#health] throws [IndexUnavailableException] if the store
/// does not answer.
public interface MediaIndexes extends AutoCloseable {

    /// Returns the name of what keeps the indexes, such as `lucene` or `vector-sets`.
    String kind();

    /// Returns all indexes, ordered by name.
    List<IndexDescription> list();

    /// Returns the index of a model, and creates it if it is missing. The first index of a store becomes the live
    /// one.
    MediaIndex open(ModelIdentity model);

    /// Returns the index of a model, or empty if it is missing.
    Optional<MediaIndex> find(ModelIdentity model);

    /// Returns the live index, or empty if there is none.
    Optional<MediaIndex> live();

    /// Returns the name of the live index, or empty if there is none. The index itself may be missing.
    Optional<String> liveName();

    /// Makes an index the live one, atomically.
    ///
    /// @throws IndexMissingException if no index has this name
    void switchTo(String name);

    /// Removes an index with all its media. Searches in it fail from then on.
    ///
    /// @throws IndexMissingException    if no index has this name
    /// @throws IllegalArgumentException if the index is live
    void drop(String name);

    /// Returns whether the store can be read and written now.
    IndexHealth health();

    /// Releases the store. What was written stays if the store outlives the process.
    @Override
    void close();
}
