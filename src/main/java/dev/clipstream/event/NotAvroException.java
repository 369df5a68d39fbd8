package dev.clipstream.event;

import java.io.Serial;
import org.apache.kafka.common.errors.SerializationException;

/// Thrown when a value is not an Avro record of the expected schema.
public final class NotAvroException extends SerializationException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    public NotAvroException(String message) {
        super(message);
    }

    /// @param message what was expected, what was found, what to do
    /// @param cause   the error from Avro
    public NotAvroException(String message, Throwable cause) {
        super(message, cause);
    }
}
