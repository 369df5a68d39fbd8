package dev.clipstream.fetch.http;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// Maps the status of a response to the outcome of an event.
///
/// @param clock to which a Retry-After date is compared
record HttpStatuses(Clock clock) {

    /// Returns whether a status redirects, provided that the response has a Location.
    boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /// Checks that a response carries content.
    ///
    /// @throws FetchException if its status is not a success
    void requireSuccess(HttpTarget target, HttpResponse response) throws FetchException {
        int status = response.getCode();
        if (status >= 200 && status < 300) {
            return;
        }
        RejectionReason reason = reason(status);
        throw new FetchException(
                reason,
                "Expected an image at " + target + ", found status " + status + ". " + remedy(reason),
                null,
                reason.retryable() ? retryAfter(response.getFirstHeader(HttpHeaders.RETRY_AFTER)) : null);
    }

    private static RejectionReason reason(int status) {
        return switch (status) {
            case 404, 410 -> RejectionReason.NOT_FOUND;
            case 408, 425, 429 -> RejectionReason.SERVER_ERROR;
            default -> {
                if (status >= 500) {
                    yield RejectionReason.SERVER_ERROR;
                }
                yield status >= 400 ? RejectionReason.FORBIDDEN : RejectionReason.TOO_MANY_REDIRECTS;
            }
        };
    }

    private static String remedy(RejectionReason reason) {
        return switch (reason) {
            case NOT_FOUND -> "Upload it first.";
            case FORBIDDEN -> "Give an address that needs no credentials.";
            case TOO_MANY_REDIRECTS -> "Give the address to which it redirects.";
            default -> "Try again later.";
        };
    }

    /// Parses seconds or an HTTP date. Ignores anything else.
    private @Nullable Duration retryAfter(@Nullable Header header) {
        if (header == null) {
            return null;
        }
        String value = header.getValue().strip();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant when = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
            Duration wait = Duration.between(clock.instant(), when);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }
}
