package dev.clipstream.image;

import dev.clipstream.event.RejectionReason;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Bytes that are no picture for us: an outcome of their event, never a fault of the service.
public final class ImageException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    /// @param reason  one of the stage DECODE, or TOO_LARGE
    /// @param message what was expected, what was found, what to do
    /// @param cause   null: none
    public ImageException(RejectionReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static ImageException truncated(String message) {
        return new ImageException(RejectionReason.TRUNCATED, message, null);
    }

    static ImageException corrupt(String message) {
        return new ImageException(RejectionReason.CORRUPT, message, null);
    }

    static ImageException unsupported(String message) {
        return new ImageException(RejectionReason.UNSUPPORTED_FORMAT, message, null);
    }

    /// Why, for machines.
    public RejectionReason reason() {
        return reason;
    }
}
