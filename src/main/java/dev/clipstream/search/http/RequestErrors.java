package dev.clipstream.search.http;

import dev.clipstream.search.http.entry.ProblemResponse;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Converts errors that Spring detects, such as an unknown path or method, to problems like those of [Problems].
@RestControllerAdvice
public final class RequestErrors extends ResponseEntityExceptionHandler {
    private static final String SEE_OPENAPI = "see /v1/openapi.json for the available operations";

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return problem(
                status,
                headers,
                "no-such-path",
                "a path of this service",
                "/" + failure.getResourcePath(),
                SEE_OPENAPI + ", and encode a slash in a media id as %2F");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
            HttpRequestMethodNotSupportedException failure,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String[] supported = failure.getSupportedMethods();
        return problem(
                status,
                headers,
                "no-such-method",
                supported == null
                        ? "another method"
                        : Arrays.stream(supported).sorted().collect(Collectors.joining(" or ")),
                failure.getMethod(),
                SEE_OPENAPI);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException failure,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        // not that of the failure, which has none if the header is not valid
        String given = request.getHeader(HttpHeaders.CONTENT_TYPE);
        String supported = failure.getSupportedMediaTypes().stream()
                .map(MediaType::toString)
                .distinct()
                .sorted()
                .collect(Collectors.joining(" or "));
        return problem(
                status,
                headers,
                "bad-content-type",
                "a body of type " + supported,
                given == null ? "none" : "'" + given + "'",
                given == null ? "set the header Content-Type" : "correct the header Content-Type");
    }

    /// Converts all other errors, with Spring's detail.
    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem
                && (problem.getProperties() == null || !problem.getProperties().containsKey("code"))) {
            String path = ((ServletWebRequest) request).getRequest().getRequestURI();
            return problem(
                    status,
                    headers,
                    "bad-request",
                    "a request of this service",
                    problem.getDetail() + " " + path,
                    SEE_OPENAPI);
        }
        return new ResponseEntity<>(body, headers, status);
    }

    private static ResponseEntity<Object> problem(
            HttpStatusCode status, HttpHeaders headers, String code, String expected, String found, String remedy) {
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemResponse.body(status, code, expected, found, remedy));
    }
}
