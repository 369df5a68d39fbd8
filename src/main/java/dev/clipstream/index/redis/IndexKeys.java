package dev.clipstream.index.redis;

/// The keys that every index in Redis has. Each engine adds its own.
public interface IndexKeys {

    /// Begins every key, such as `media:`.
    String prefix();

    /// The name of the index.
    String name();

    /// A hash: what the index is, see [IndexMeta].
    default String meta() {
        return prefix() + name() + ":meta";
    }

    /// A string with a time to live: an instance creates or drops the index now.
    default String lock() {
        return prefix() + name() + ":creating";
    }

    /// The set of the names of all indexes.
    static String all(String prefix) {
        return prefix + "indexes";
    }

    /// A string: the name of the live index.
    static String live(String prefix) {
        return prefix + "live";
    }
}
