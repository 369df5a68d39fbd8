package dev.clipstream.train.engine;

import org.jspecify.annotations.Nullable;

/// There is nothing on the class path that trains.
public final class EngineMissingException extends Exception {
    private static final long serialVersionUID = 1;

    EngineMissingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
