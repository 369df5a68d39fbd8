package dev.clipstream.fetch;

import dev.clipstream.event.RejectionReason;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A picture that could not be fetched: an outcome of its event, never a fault of the service.
public final class FetchException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    private final @Nullable Duration retryAfter;

    /// @param reason  one of the stage FETCH
    /// @param message what was expected, what was found, what to do; without secrets of the URI
    ///                (user info, query)
    /// @param cause   null: none
    public FetchException(RejectionReason reason, String message, @Nullable Throwable cause) {
        this(reason, message, cause, null);
    }

    /// @param reason     one of the stage FETCH
    /// @param message    as above
    /// @param cause      null: none
    /// @param retryAfter how long the other side asks to be left alone. Null: it does not say
    public FetchException(
            RejectionReason reason, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /// Why, for machines.
    public RejectionReason reason() {
        return reason;
    }

    /// How long the other side asks to be left alone; empty: it does not say.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
