package dev.clipstream.clip;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A batch did not fit into what memory its device has left; a smaller one may.
public final class OutOfDeviceMemoryException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was asked of which device
    /// @param cause   null: none
    public OutOfDeviceMemoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
