package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.List;
import java.util.Optional;

/// The indexes of one store: one for each model, beside each other. Safe for use by many threads.
///
/// Two models never share an index, since their vectors do not compare. One index is live: the one that clients
/// without a model of their own should ask. Every method but [#health] throws [IndexUnavailableException] if the store
/// does not answer.
public interface MediaIndexes extends AutoCloseable {

    /// What keeps the indexes, such as `lucene` or `vector-sets`.
    String kind();

    /// Every index, by name.
    List<IndexDescription> list();

    /// The index of a model, created if it is not there. The first one of a store is live.
    MediaIndex open(ModelIdentity model);

    /// The index of a model; empty: it is not there.
    Optional<MediaIndex> find(ModelIdentity model);

    /// The index that is live; empty: there is none.
    Optional<MediaIndex> live();

    /// The name of the index that is live, which need not be there; empty: there is none.
    Optional<String> liveName();

    /// Makes an index the live one, in one step.
    ///
    /// @throws IndexMissingException if there is no index of that name
    void switchTo(String name);

    /// Removes an index with all its media. Lookups in it fail from then on.
    ///
    /// @throws IndexMissingException    if there is no index of that name
    /// @throws IllegalArgumentException if it is live
    void drop(String name);

    /// Whether the store can be read and written now.
    IndexHealth health();

    /// Lets go of the store; what was written stays, where the store outlives the process.
    @Override
    void close();
}
