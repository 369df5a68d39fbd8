package dev.clipstream.event;

import java.io.Serial;
import org.apache.kafka.common.errors.SerializationException;

/// A value that is no Avro record of ours; the message says what was expected and what was found.
public final class NotAvroException extends SerializationException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    public NotAvroException(String message) {
        super(message);
    }

    /// @param message what was expected, what was found, what to do
    /// @param cause   what Avro said
    public NotAvroException(String message, Throwable cause) {
        super(message, cause);
    }
}
