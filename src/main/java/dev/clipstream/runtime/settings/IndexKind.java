package dev.clipstream.runtime.settings;

/// What keeps the media index.
public enum IndexKind {
    /// Redis if `index.url` is set, else in this process.
    AUTO,
    /// This process: in the folder `index.path`, else in memory.
    EMBEDDED,
    /// Redis at `index.url`.
    REDIS,
    /// Nothing.
    NONE
}
