package dev.clipstream.topology.gate;

/// What the gate found in a record.
///
/// @param <T> the topic's events
public sealed interface GateResult<T> {

    /// A sound event.
    ///
    /// @param event  its media id equals the record's key
    /// @param source the record that it comes from, without its value
    record Accepted<T>(T event, SourceRecord source) implements GateResult<T> {}

    /// A tombstone.
    ///
    /// @param mediaId the deleted medium, not empty
    /// @param source  the record that it comes from
    record Deleted<T>(String mediaId, SourceRecord source) implements GateResult<T> {}

    /// A bad record.
    record Rejected<T>(Rejection rejection) implements GateResult<T> {}
}
