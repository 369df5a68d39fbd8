package dev.clipstream.search.http.entry;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/// A failure as `application/problem+json` (RFC 9457), with the members `code`, `expected`, `found` and `remedy`.
public final class ProblemResponse {
    private static final String RETRY_SECONDS = "5";
    private static final HttpHeaders RETRY = HttpHeaders.readOnlyHttpHeaders(retry());

    private ProblemResponse() {}

    /// Returns the body of the response.
    public static ProblemDetail body(SearchException failure) {
        return body(
                status(failure.kind()),
                failure.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                failure.expected(),
                failure.found(),
                failure.remedy());
    }

    /// Returns the body of a response to an error of the HTTP exchange.
    ///
    /// @param expected what was expected, as a noun phrase
    /// @param found    what was found instead, as a noun phrase
    /// @param remedy   what to do, as a clause without a period
    public static ProblemDetail body(HttpStatusCode status, String code, String expected, String found, String remedy) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(status, SearchException.message(expected, found, remedy));
        problem.setProperty("code", code);
        problem.setProperty("expected", expected);
        problem.setProperty("found", found);
        problem.setProperty("remedy", remedy);
        return problem;
    }

    /// Returns the body of a response to an error of which only the status is known.
    public static ProblemDetail ofStatus(int status) {
        HttpStatusCode code = HttpStatusCode.valueOf(status);
        if (status == HttpStatus.METHOD_NOT_ALLOWED.value()) {
            return body(code, "no-such-method", "a method of this path", "another one", "use one of the header Allow");
        }
        if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            return body(code, "unavailable", "a response", "a service that cannot answer now", "try again later");
        }
        return code.is5xxServerError()
                ? body(code, "failed", "a response", "a failure of the service", "see its log")
                : body(
                        code,
                        "bad-request",
                        "a complete and valid HTTP request",
                        "another one",
                        "send the whole body, and percent-encode path and query");
    }

    /// Returns the headers of the response, without its content type.
    public static HttpHeaders headers(SearchException failure) {
        return failure.kind() == Kind.UNAVAILABLE ? RETRY : HttpHeaders.EMPTY;
    }

    /// Writes a response that no controller writes.
    static void write(SearchException failure, HttpServletResponse response, JsonMapper json) throws IOException {
        ProblemDetail problem = body(failure);
        response.setStatus(problem.getStatus());
        headers(failure).forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(json.writeValueAsBytes(problem));
    }

    private static HttpHeaders retry() {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        return headers;
    }

    private static HttpStatus status(Kind kind) {
        return switch (kind) {
            case BAD_QUERY -> HttpStatus.BAD_REQUEST;
            case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case TOO_SLOW -> HttpStatus.REQUEST_TIMEOUT;
            case BAD_PICTURE -> HttpStatus.UNPROCESSABLE_CONTENT;
            case NO_MEDIUM, NO_PICTURE, NO_INDEX, NO_LABEL, NO_LABEL_SET, NO_ALERT -> HttpStatus.NOT_FOUND;
            case SAME_VERSION -> HttpStatus.CONFLICT;
            case LABELS_CHANGED, ALERT_EXISTS -> HttpStatus.PRECONDITION_FAILED;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case MODEL_FAILED -> HttpStatus.INTERNAL_SERVER_ERROR;
            case NOT_ALLOWED -> HttpStatus.UNAUTHORIZED;
        };
    }
}
