package dev.clipstream.bench;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The benchmark cannot measure: a picture did not come back as tags, or the pipeline stopped.
public final class BenchmarkException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   null: none
    public BenchmarkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
