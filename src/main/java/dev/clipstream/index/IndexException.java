package dev.clipstream.index;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The index does not do what it was asked to. What does not fit the index (a vector of another dimension, say) is an
/// [IllegalArgumentException] instead.
public abstract sealed class IndexException extends RuntimeException
        permits IndexUnavailableException, IndexMissingException {
    @Serial
    private static final long serialVersionUID = 1L;

    IndexException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
