package dev.clipstream.fetch;

import dev.clipstream.event.RejectionReason;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Thrown when a medium cannot be fetched. This is an outcome of its event, not a failure of the service.
public final class FetchException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    private final @Nullable Duration retryAfter;

    private final ServerState server;

    /// @param reason  a reason of the stage FETCH
    /// @param message what was expected, what was found, what to do; without secrets of the URI (user info, query)
    /// @param cause   may be null
    public FetchException(RejectionReason reason, String message, @Nullable Throwable cause) {
        this(reason, message, cause, null);
    }

    /// @param reason     a reason of the stage FETCH
    /// @param message    what was expected, what was found, what to do; without secrets of the URI (user info,
    ///                   query)
    /// @param cause      may be null
    /// @param retryAfter the pause that the server requests; null if it requests none
    public FetchException(
            RejectionReason reason, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        this(reason, message, cause, retryAfter, server(reason));
    }

    private FetchException(
            RejectionReason reason,
            @Nullable String message,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter,
            ServerState server) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
        this.server = server;
    }

    private static ServerState server(RejectionReason reason) {
        return switch (reason) {
            case TIMEOUT, UNREACHABLE, SERVER_ERROR -> ServerState.FAILED;
            case NOT_FOUND, FORBIDDEN, TOO_MANY_REDIRECTS, TOO_LARGE -> ServerState.ANSWERED;
            default -> ServerState.UNKNOWN;
        };
    }

    /// Returns the same failure, which says something else about the server that was contacted first.
    FetchException saying(ServerState other) {
        if (other == server) {
            return this;
        }
        FetchException same = new FetchException(reason, getMessage(), getCause(), retryAfter, other);
        same.setStackTrace(getStackTrace());
        return same;
    }

    /// Returns the machine-readable reason.
    public RejectionReason reason() {
        return reason;
    }

    /// Returns what the failure says about the server that was contacted first.
    public ServerState server() {
        return server;
    }

    /// Returns the pause that the server requests before the next attempt; empty if it requests none.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
