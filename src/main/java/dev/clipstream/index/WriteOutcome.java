package dev.clipstream.index;

/// The outcome of a write.
public enum WriteOutcome {
    /// The index holds the write.
    APPLIED,
    /// The index already holds the same or a newer version; nothing was changed.
    STALE
}
