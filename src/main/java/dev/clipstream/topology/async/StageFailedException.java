package dev.clipstream.topology.async;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when the environment of a stage fails: a device is lost, or no work completes any more. It stops the
/// instance, which commits none of the records in flight.
public final class StageFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   null: none
    public StageFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
