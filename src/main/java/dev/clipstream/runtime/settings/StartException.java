package dev.clipstream.runtime.settings;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The service cannot start, or go on: the world around it is not as it must be.
public sealed class StartException extends Exception permits SettingException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    public StartException(String message) {
        super(message);
    }

    /// @param message what was expected, what was found, what to do
    /// @param cause   null: none
    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
