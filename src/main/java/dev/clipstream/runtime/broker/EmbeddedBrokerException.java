package dev.clipstream.runtime.broker;

import java.io.Serial;

/// The embedded broker cannot start or serve; the message says what was expected, what was found and what to do.
public final class EmbeddedBrokerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   what Kafka or the file system said
    public EmbeddedBrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
