package dev.clipstream.fetch;

/// The part of the memory for fetches that a fetch may use.
public enum MemoryPart {
    /// All of it. These fetches do not wait for those of the half to begin.
    WHOLE,
    /// Half of it, or what one medium may need if that is more. For media that may wait long to be decoded, so that
    /// the other half stays free for others.
    HALF
}
