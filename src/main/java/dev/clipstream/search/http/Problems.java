package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// Converts failures to `application/problem+json` (RFC 9457), with the members `code`, `expected`, `found` and
/// `remedy`.
@RestControllerAdvice(basePackageClasses = SearchController.class)
public final class Problems {
    private static final String RETRY_SECONDS = "5";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failed(SearchException failure) {
        ProblemDetail problem = of(failure);
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(problem.getStatus()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (failure.kind() == Kind.UNAVAILABLE) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        return response.body(problem);
    }

    static ProblemDetail of(SearchException failure) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(status(failure.kind()), String.valueOf(failure.getMessage()));
        problem.setProperty(
                "code", failure.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        problem.setProperty("expected", failure.expected());
        problem.setProperty("found", failure.found());
        problem.setProperty("remedy", failure.remedy());
        return problem;
    }

    private static HttpStatus status(Kind kind) {
        return switch (kind) {
            case BAD_QUERY -> HttpStatus.BAD_REQUEST;
            case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case BAD_PICTURE -> HttpStatus.UNPROCESSABLE_CONTENT;
            case NO_MEDIUM, NO_PICTURE, NO_INDEX -> HttpStatus.NOT_FOUND;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case MODEL_FAILED -> HttpStatus.INTERNAL_SERVER_ERROR;
            case NOT_ALLOWED -> HttpStatus.UNAUTHORIZED;
        };
    }
}
