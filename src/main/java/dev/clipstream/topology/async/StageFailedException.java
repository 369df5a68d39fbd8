package dev.clipstream.topology.async;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The world around a stage is bad: its device is lost, or nothing comes back. Stops the instance, which commits
/// nothing of what was in flight.
public final class StageFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   null: none
    public StageFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
