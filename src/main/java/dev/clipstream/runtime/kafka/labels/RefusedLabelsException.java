package dev.clipstream.runtime.kafka.labels;

import java.io.Serial;

/// Thrown when a label set must not be used. The message says what was expected, what was found and what to do.
public final class RefusedLabelsException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public RefusedLabelsException(String message) {
        super(message);
    }

    public RefusedLabelsException(String message, Throwable cause) {
        super(message, cause);
    }
}
