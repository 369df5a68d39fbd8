package dev.clipstream.index.redis.om;

/// The index that [MediaDocuments] reads. The bean must be named `mediaIndexNames`.
///
/// @param prefix of all keys, such as `media:`
/// @param name   of the index; `media:live` holds the name of the live one
public record MediaIndexNames(String prefix, String name) {

    /// Returns the alias that is searched.
    public String getIndex() {
        return prefix + name;
    }

    /// Returns the prefix of the keys of media.
    public String getDocuments() {
        return prefix + name + ":doc:";
    }
}
