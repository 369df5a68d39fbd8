package dev.clipstream.runtime.settings;

import java.io.Serial;

/// Thrown by the settings' own validation: a value is outside the range of its setting.
///
/// Unchecked, because the records are bound by Spring. [SettingException#of] makes it a [SettingException].
final class InvalidSettingException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private InvalidSettingException(String message) {
        super(message);
    }

    /// Checks a value.
    ///
    /// @param valid    whether the setting takes the value
    /// @param setting  the setting's name, as `--set` takes it
    /// @param expected the values that the setting takes, to follow "takes"
    /// @param found    the value
    /// @throws InvalidSettingException if the value is not valid
    static void require(boolean valid, String setting, String expected, Object found) {
        if (!valid) {
            throw new InvalidSettingException("The setting " + setting + " takes " + expected + ", found " + found);
        }
    }
}
