package dev.clipstream.clip;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when a batch does not fit in the memory that its device has left. A smaller one may fit.
public final class OutOfDeviceMemoryException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what should have run on which device
    /// @param cause   may be null
    public OutOfDeviceMemoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
