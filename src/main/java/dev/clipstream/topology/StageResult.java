package dev.clipstream.topology;

import dev.clipstream.event.MediaRejected;

/// The result of a stage for one record, which decides what the topology writes.
///
/// @param <T> its output
public sealed interface StageResult<T> {

    /// An output.
    ///
    /// @param value is written to the topology's output topic
    record Output<T>(T value) implements StageResult<T> {}

    /// A deletion: a tombstone is written to the output topic.
    record Deleted<T>() implements StageResult<T> {}

    /// A rejection.
    ///
    /// @param rejection is written to `media.rejected`
    record Rejected<T>(MediaRejected rejection) implements StageResult<T> {}
}
