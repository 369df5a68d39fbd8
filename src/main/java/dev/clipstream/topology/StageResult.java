package dev.clipstream.topology;

import dev.clipstream.event.MediaRejected;

/// What a topology writes for a record.
///
/// @param <T> its output
public sealed interface StageResult<T> {

    /// @param value goes to the topology's output
    record Output<T>(T value) implements StageResult<T> {}

    /// The medium was deleted: a tombstone goes to the output.
    record Deleted<T>() implements StageResult<T> {}

    /// @param rejection goes to `media.rejected`
    record Rejected<T>(MediaRejected rejection) implements StageResult<T> {}
}
