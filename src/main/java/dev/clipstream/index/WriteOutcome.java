package dev.clipstream.index;

/// What became of a write.
public enum WriteOutcome {
    /// The index holds it.
    APPLIED,
    /// The index holds the same or something newer already; nothing was changed.
    STALE
}
