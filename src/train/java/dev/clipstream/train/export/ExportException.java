package dev.clipstream.train.export;

import org.jspecify.annotations.Nullable;

/// Trained towers could not be written as a bundle that gives the same vectors.
public final class ExportException extends Exception {
    private static final long serialVersionUID = 1;

    ExportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
