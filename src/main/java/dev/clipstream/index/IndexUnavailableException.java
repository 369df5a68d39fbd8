package dev.clipstream.index;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when an index is unreachable, full or read-only. The same call may succeed later. A failed batch may have
/// been written in part; writing all of it again is safe.
public sealed class IndexUnavailableException extends IndexException permits PartlyWrittenException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   may be null
    public IndexUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
