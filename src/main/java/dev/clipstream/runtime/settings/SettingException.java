package dev.clipstream.runtime.settings;

import java.io.Serial;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;

/// Thrown when a setting has a value that it does not take, whatever its source.
///
/// A type of its own, because only the person who starts the service can correct it: commands end with the exit code
/// of wrong arguments.
public final class SettingException extends StartException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String PREFIX = "clipstream.";

    /// @param message the setting, the values that it takes and the value found
    public SettingException(String message) {
        super(message);
    }

    /// @param message the setting, the values that it takes and the value found
    /// @param cause   null: none
    public SettingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// Converts what Spring reports about a value that is out of its range, of another type, or of no setting.
    public static SettingException of(BindException failure) {
        Throwable root = root(failure);
        if (root instanceof UnboundConfigurationPropertiesException unknown) {
            return new SettingException(unknown.getUnboundProperties().stream()
                    .map(property -> unknown(property.getName().toString(), String.valueOf(property.getOrigin())))
                    .collect(Collectors.joining("; ")));
        }
        if (root instanceof InvalidSettingException invalid) {
            return new SettingException(String.valueOf(invalid.getMessage()), invalid);
        }
        String name = failure.getName().toString();
        Object found = failure.getProperty() == null
                ? "nothing"
                : "'" + failure.getProperty().getValue() + "'";
        return new SettingException("The setting "
                + (name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name) + " takes "
                + ValueKind.of(failure.getTarget().getType()) + ", found " + found);
    }

    private static String unknown(String name, String origin) {
        try {
            SettingNames.fullName(name);
            return "The setting " + name + " (" + origin + ") is not valid there";
        } catch (IllegalArgumentException e) {
            return e.getMessage() + " (" + origin + ")";
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
