package dev.clipstream.topology.topic;

import java.io.Serial;
import org.apache.kafka.common.errors.RetriableException;

/// Thrown when a topic refused an output, or when an output was lost because of it. It is retriable: Kafka Streams
/// starts the task over, and the record at fault is rejected then.
final class OutputRefusedException extends RetriableException {
    @Serial
    private static final long serialVersionUID = 1L;

    OutputRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
