package dev.clipstream.index.redis.om;

/// Which index [MediaDocuments] reads: the bean `mediaIndexNames`.
///
/// @param prefix of all keys, such as `media:`
/// @param name   of the index; `media:live` holds that of the live one
public record MediaIndexNames(String prefix, String name) {

    /// What is searched: an alias.
    public String getIndex() {
        return prefix + name;
    }

    /// Begins the keys of the media.
    public String getDocuments() {
        return prefix + name + ":doc:";
    }
}
