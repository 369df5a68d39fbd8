package dev.clipstream.runtime.settings;

/// The store of the media index.
public enum IndexKind {
    /// Redis if `index.url` is set, otherwise this process.
    AUTO,
    /// This process: the folder `index.path` if it is set, otherwise memory.
    EMBEDDED,
    /// Redis at `index.url`.
    REDIS,
    /// No index.
    NONE
}
