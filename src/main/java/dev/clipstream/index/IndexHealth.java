package dev.clipstream.index;

/// Whether a store serves.
///
/// @param state   what it can do
/// @param message for people: what was found, and what to do if it is not well
public record IndexHealth(State state, String message) {

    /// What a store can do.
    public enum State {
        /// Everything.
        UP,
        /// Be read, not written: full, or a replica.
        READ_ONLY,
        /// Nothing.
        DOWN
    }
}
