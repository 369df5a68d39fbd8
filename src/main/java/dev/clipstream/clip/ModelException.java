package dev.clipstream.clip;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when a model bundle, or the device that it should run on, is refused at opening.
public final class ModelException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String found;
    private final String remedy;

    /// @param expected what was expected, a phrase
    /// @param found    what was found instead, a phrase
    /// @param remedy   what to do, a phrase in the imperative
    public ModelException(String expected, String found, String remedy) {
        this(expected, found, remedy, null);
    }

    /// @param cause may be null
    public ModelException(String expected, String found, String remedy, @Nullable Throwable cause) {
        super(
                "Expected " + expected + "; found " + found + (found.endsWith(".") ? "" : ".") + " To do: " + remedy
                        + ".",
                cause);
        this.expected = expected;
        this.found = found;
        this.remedy = remedy;
    }

    /// Returns what was expected, a phrase.
    public String expected() {
        return expected;
    }

    /// Returns what was found instead, a phrase.
    public String found() {
        return found;
    }

    /// Returns what to do, a phrase in the imperative.
    public String remedy() {
        return remedy;
    }
}
