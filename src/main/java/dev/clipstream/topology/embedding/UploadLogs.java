package dev.clipstream.topology.embedding;

import dev.clipstream.topology.Position;

/// Names the logs of uploads, see [dev.clipstream.event.UploadPosition]. Safe for use by many threads.
@FunctionalInterface
public interface UploadLogs {
    /// Names a log after its topic and partition. A topic that is created again gets the same names.
    UploadLogs BY_NAME = position -> position.partition().toString();

    /// Returns the name of the log that a record belongs to. Called on the stream thread of its partition, in the order
    /// of the partition.
    ///
    /// @throws org.apache.kafka.common.errors.TimeoutException if the name is not known yet; Kafka Streams tries the
    ///         record again
    String of(Position position);
}
