package dev.clipstream.fetch;

/// The part of the memory for fetches that a fetch may use.
public enum MemoryPart {
    /// All of it. Fetches of the other part do not delay these by more than they need themselves.
    WHOLE,
    /// Half of it, or what one medium may need if that is more. For media that may wait long to be decoded: the other
    /// half is left to others meanwhile.
    HALF
}
