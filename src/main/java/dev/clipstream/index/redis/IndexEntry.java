package dev.clipstream.index.redis;

/// An index as it was found in Redis, and what is true of it now. Safe for use by many threads.
///
/// @param <P> parameters of the engine
public final class IndexEntry<P> {
    private final RedisIndexes<P> store;
    private final IndexMeta<P> meta;

    IndexEntry(RedisIndexes<P> store, IndexMeta<P> meta) {
        this.store = store;
        this.meta = meta;
    }

    /// What the index was when it was found.
    public IndexMeta<P> meta() {
        return meta;
    }

    String kind() {
        return store.kind();
    }

    /// Whether the index is the live one now.
    boolean isLive() {
        return store.isLive(meta.name());
    }

    /// The state of the index now.
    ///
    /// @throws IndexMissingException if it was lost, or another index has its name
    IndexState state() {
        return store.read(meta.name())
                .filter(now -> now.born().equals(meta.born()))
                .orElseThrow(meta::missing)
                .state();
    }

    /// Records that the index holds what the topics hold.
    ///
    /// @return false if it is another one by now, or in another generation
    boolean markFilled() {
        return store.markFilled(meta);
    }
}
