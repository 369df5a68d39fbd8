package dev.clipstream.index.redis.query;

import dev.clipstream.index.redis.IndexKeys;

/// The keys and names of an index in the query engine.
///
/// A medium's two hashes share a slot of a cluster without sharing it with other media: the second one has the first
/// one's whole name in braces. Hence no key of a medium may have braces of its own.
///
/// @param prefix of all keys
/// @param name   of the index
record Keys(String prefix, String name) implements IndexKeys {

    /// The name of the definition (`FT.CREATE`): another one whenever the index is made anew, so that whoever asks for
    /// one that is gone is told so.
    String definition(String born) {
        return definitions() + born.substring(0, 8);
    }

    /// Begins the names of all definitions of this index.
    String definitions() {
        return alias() + ":";
    }

    /// What clients of other languages ask: an alias of the definition. Never spans two models.
    String alias() {
        return prefix + name;
    }

    /// Begins the keys of the media that are shown: what the definition indexes.
    String docs() {
        return prefix + name + ":doc:";
    }

    /// A hash: a medium that is shown.
    String doc(String mediaId) {
        return docs() + mediaId.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    }

    /// Begins the keys of what is known of media that are not shown.
    String asides() {
        return prefix + name + ":aside:";
    }

    /// A hash: a deletion, or tags that came before their vector.
    String aside(String mediaId) {
        return asides() + "{" + doc(mediaId) + "}";
    }
}
