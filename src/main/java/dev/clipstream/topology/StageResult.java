package dev.clipstream.topology;

import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.UploadPosition;
import org.jspecify.annotations.Nullable;

/// The result of a stage for one record, which decides what the topology writes.
///
/// @param <T> its output
public sealed interface StageResult<T> {

    /// An output.
    ///
    /// @param value  is written to the topology's output topic
    /// @param upload is written to the header; null: the headers stay as they are
    record Output<T>(T value, @Nullable UploadPosition upload) implements StageResult<T> {
        /// An output with the headers of its record.
        public Output(T value) {
            this(value, null);
        }
    }

    /// A deletion: a tombstone is written to the output topic.
    ///
    /// @param upload is written to the header; null: the headers stay as they are
    record Deleted<T>(@Nullable UploadPosition upload) implements StageResult<T> {
        /// A deletion with the headers of its record.
        public Deleted() {
            this(null);
        }
    }

    /// A rejection.
    ///
    /// @param rejection is written to `media.rejected`
    record Rejected<T>(MediaRejected rejection) implements StageResult<T> {}
}
