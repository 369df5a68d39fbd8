package dev.clipstream.fetch;

/// What a fetch says about the server that it contacted first.
public enum ServerState {
    /// The server answered, whatever it said.
    ANSWERED,
    /// The server was silent, could not be reached, or reported an error of its own or too many requests.
    FAILED,
    /// The fetch ended for another reason.
    UNKNOWN
}
