package dev.clipstream.train.engine;

import org.jspecify.annotations.Nullable;

/// Thrown when no training engine is on the class path or it cannot start.
public final class EngineMissingException extends Exception {
    private static final long serialVersionUID = 1;

    EngineMissingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
