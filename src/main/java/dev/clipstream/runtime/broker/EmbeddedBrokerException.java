package dev.clipstream.runtime.broker;

import java.io.Serial;

/// Thrown when the embedded broker cannot start or serve. The message says what was expected, what was found and what
/// to do.
public final class EmbeddedBrokerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   the failure of Kafka or the file system
    public EmbeddedBrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
