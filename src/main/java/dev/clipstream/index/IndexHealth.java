package dev.clipstream.index;

/// The health of a store.
///
/// @param state   what the store can do
/// @param message for people: what was found and, unless the store is up, what to do
public record IndexHealth(State state, String message) {

    /// What a store can do.
    public enum State {
        /// The store can be read and written.
        UP,
        /// The store can be read but not written: it is full, or a replica.
        READ_ONLY,
        /// The store does not answer.
        DOWN
    }
}
