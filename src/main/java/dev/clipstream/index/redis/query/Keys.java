package dev.clipstream.index.redis.query;

import dev.clipstream.index.redis.IndexKeys;

/// The keys and names of an index in the query engine.
///
/// The two hashes of a medium share a slot of a cluster, but not with other media: the key of the second contains
/// the whole key of the first in braces. Therefore no key of a medium may contain other braces.
///
/// @param prefix of all keys
/// @param name   of the index
record Keys(String prefix, String name) implements IndexKeys {

    /// Returns the name of the definition (`FT.CREATE`). It is new whenever the index is created, so a search in a
    /// lost index fails.
    String definition(String born) {
        return definitions() + born.substring(0, 8);
    }

    /// Returns the prefix of the names of all definitions of this index.
    String definitions() {
        return alias() + ":";
    }

    /// Returns the alias of the definition, which other clients search. It never spans two models.
    String alias() {
        return prefix + name;
    }

    /// Returns the prefix of the keys of media that are shown, which the definition indexes.
    String docs() {
        return prefix + name + ":doc:";
    }

    /// Returns the key of a hash: a medium that is shown.
    String doc(String mediaId) {
        return docs() + mediaId.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    }

    /// Returns the prefix of the keys of media that are not shown.
    String asides() {
        return prefix + name + ":aside:";
    }

    /// Returns the key of a hash: a deletion, or tags that arrived before their vector.
    String aside(String mediaId) {
        return asides() + "{" + doc(mediaId) + "}";
    }
}
