package dev.clipstream.train.export;

import org.jspecify.annotations.Nullable;

/// Thrown when trained towers cannot be written as a bundle that reproduces their embeddings.
public final class ExportException extends Exception {
    private static final long serialVersionUID = 1;

    ExportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
