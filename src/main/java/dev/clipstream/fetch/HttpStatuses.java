package dev.clipstream.fetch;

import dev.clipstream.event.RejectionReason;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// What a server's status means for an event.
///
/// @param clock what a Retry-After date is held against
record HttpStatuses(Clock clock) {

    /// Whether the answer is elsewhere, if it says where.
    boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /// @throws FetchException if the answer is no content
    void requireSuccess(HttpTarget target, HttpResponse response) throws FetchException {
        int status = response.getCode();
        if (status >= 200 && status < 300) {
            return;
        }
        RejectionReason reason = reason(status);
        throw new FetchException(
                reason,
                "Expected a picture at " + target + ", found status " + status + ": " + remedy(reason),
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
            case NOT_FOUND -> "upload it first";
            case FORBIDDEN -> "give an address that needs no credentials";
            case TOO_MANY_REDIRECTS -> "give the address where it redirects to";
            default -> "try later";
        };
    }

    /// Seconds or an HTTP date; anything else says nothing.
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
