package dev.clipstream.label;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when a label set cannot be read. The message starts with the file, the line and the field, then says
/// what was expected, what was found and what to do.
public final class LabelSetException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message for the author of the file
    /// @param cause   null: none
    public LabelSetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
