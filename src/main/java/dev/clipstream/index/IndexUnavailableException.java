package dev.clipstream.index;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The index is away, full or read-only: the same may succeed later. Of a batch of writes some may have been done, and
/// doing all of it again does no harm.
public final class IndexUnavailableException extends IndexException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param message what was expected, what was found, what to do
    /// @param cause   null: none
    public IndexUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
