package dev.clipstream.fetch;

/// Learns of the circuits of origins, for metrics and for fetches that wait. Called on the threads that fetch;
/// implementations must be fast and must not throw.
public interface CircuitListener {
    /// A circuit opened that was closed: until it closes, fetches from its origin are refused.
    ///
    /// @param refusal what a fetch from there is refused with
    void opened(Origin origin, FetchException refusal);

    /// A circuit closed that was open: the origin answers again.
    default void closed(Origin origin) {}

    /// A fetch was refused before its first attempt, because the circuit of its origin is open.
    default void refused(Origin origin) {}
}
