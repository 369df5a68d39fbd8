package dev.clipstream.index;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when an index or its store fails. Input that does not fit the index, such as a vector of another
/// dimension, is an [IllegalArgumentException] instead.
public abstract sealed class IndexException extends RuntimeException
        permits IndexUnavailableException, IndexMissingException {
    @Serial
    private static final long serialVersionUID = 1L;

    IndexException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
