package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.Optional;

/// Opens one store of media indexes. Each implementation has one factory, made of its settings.
///
/// Callers see a store through this interface, [MediaIndexes] and [MediaIndex] alone, whatever keeps it. Factories are
/// immutable and safe for use by many threads; nothing is opened before [#open] or [#openReadOnly].
public interface MediaIndexFactory {

    /// Opens the store to read and write, and creates it if it is missing. A server that is away is not an error yet:
    /// the methods of [MediaIndexes] report it.
    ///
    /// @return the store, which the caller closes
    /// @throws IndexUnavailableException if the store is in this process and cannot be created
    MediaIndexes open();

    /// Opens a store to read that another process may have open to write.
    ///
    /// @return the store, which the caller closes
    /// @throws IndexMissingException if the store is missing
    MediaIndexes openReadOnly();

    /// Returns what another process needs to open the same store; empty if no other process sees it.
    Optional<IndexAddress> address();

    /// Checks that indexes can be written now.
    ///
    /// @throws IndexUnavailableException if the store is unavailable, full or read-only
    default void requireWritable() {
        try (MediaIndexes store = open()) {
            var _ = store.list();
            IndexHealth health = store.health();
            if (health.state() != IndexHealth.State.UP) {
                throw new IndexUnavailableException(health.message(), null);
            }
        }
    }

    /// Returns a client that writes and reads the same documents without the guarantees of [MediaIndex], to measure the
    /// index against.
    ///
    /// @param model whose index is measured
    /// @return the client, which the caller closes; empty if the store has no server that could be used directly
    /// @throws IndexUnavailableException if the store is unavailable
    default Optional<BareClient> bareClient(ModelIdentity model) {
        return Optional.empty();
    }
}
