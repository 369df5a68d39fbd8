package dev.clipstream.index.redis;

import dev.clipstream.index.MediaIndex;
import java.util.Map;
import java.util.Optional;

/// What an engine of Redis, such as the query engine, does in its own way. [RedisIndexes] does the rest: names, the
/// live index, locks, generations. Safe for use by many threads.
///
/// @param <P> parameters of an index that the engine fixes when it creates the index
public interface IndexEngine<P> {

    /// The name of the engine, see [dev.clipstream.index.MediaIndexes#kind].
    String kind();

    /// Whether a meta hash, which is not empty, is that of an index of this engine.
    boolean owns(Map<String, String> meta);

    /// The parameters of a new index, from the settings.
    P parameters();

    /// Reads the parameters of an index from its meta hash; empty if a field is missing.
    Optional<P> parameters(Map<String, String> meta);

    /// The fields of the meta hash that are the engine's own.
    Map<String, String> fields(IndexMeta<P> meta);

    /// Creates what an index needs before its meta hash names it, so that an index which is found is whole.
    void create(IndexMeta<P> meta);

    /// Removes an index, its meta hash included, or what a removal that was cut short has left.
    ///
    /// @param before its parameters; empty if it has no complete meta hash
    void remove(String name, Optional<P> before);

    /// Whether an index with a meta hash is complete.
    boolean isWhole(IndexMeta<P> meta);

    /// Whether an index with a meta hash is complete, once the engine has repaired what can be repaired without
    /// loss.
    default boolean repair(IndexMeta<P> meta) {
        return isWhole(meta);
    }

    /// Sends the commands that searches need, to keys that do not exist.
    ///
    /// @param key begins the keys
    /// @throws dev.clipstream.index.IndexUnavailableException if the server refuses one, or does not answer
    void probeReads(String key);

    /// Sends the commands that writes need, to keys that are removed again.
    ///
    /// @param key begins the keys, all in one slot
    /// @throws dev.clipstream.index.IndexUnavailableException if the server refuses one, or does not answer
    void probeWrites(String key);

    /// Opens an index that is whole.
    MediaIndex open(IndexEntry<P> entry);
}
