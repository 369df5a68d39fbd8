package dev.clipstream.runtime;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A setting has a value that it cannot take, wherever it came from: the person who starts the service can mend it
/// alone. Told apart from its parent since the commands end with another exit code.
public final class SettingException extends StartException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message which setting, what it takes, what was found
    public SettingException(String message) {
        super(message);
    }

    /// @param message which setting, what it takes, what was found
    /// @param cause   null: none
    public SettingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
