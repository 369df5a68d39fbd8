package dev.clipstream.runtime.settings;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when the service cannot start or continue, because of its settings or its environment.
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
