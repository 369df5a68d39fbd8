package dev.clipstream.bench;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when the benchmark cannot measure: an image did not yield tags, or the pipeline stopped.
public final class BenchmarkException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception.
    ///
    /// @param message expected, found, what to do
    /// @param cause   may be null
    public BenchmarkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
