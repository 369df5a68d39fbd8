package dev.clipstream.clip.prologue;

/// Thrown when a prologue cannot be put in front of a graph. The graph is then used as it is.
final class UnsuitableGraphException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message expected, found
    UnsuitableGraphException(String message) {
        super(message);
    }
}
