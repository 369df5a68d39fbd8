package dev.clipstream.search.http;

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

/// Requests that no operation answers, told as [Problems] tells failures.
@RestControllerAdvice
public final class RequestErrors extends ResponseEntityExceptionHandler {
    private static final String LIST = "/v1/openapi.json lists what there is";

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return told(
                status,
                headers,
                "no-such-path",
                "a path of this service",
                "/" + failure.getResourcePath(),
                LIST + "; a slash in a media id is %2F");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
            HttpRequestMethodNotSupportedException failure,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String[] supported = failure.getSupportedMethods();
        return told(
                status,
                headers,
                "no-such-method",
                supported == null
                        ? "another method"
                        : Arrays.stream(supported).sorted().collect(Collectors.joining(" or ")),
                failure.getMethod(),
                LIST);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException failure,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String supported = failure.getSupportedMediaTypes().stream()
                .map(MediaType::toString)
                .distinct()
                .sorted()
                .collect(Collectors.joining(" or "));
        return told(
                status,
                headers,
                "bad-content-type",
                "a body of the type " + supported,
                failure.getContentType() == null ? "none" : String.valueOf(failure.getContentType()),
                "send the header Content-Type");
    }

    /// All others: what Spring says of them.
    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem
                && (problem.getProperties() == null || !problem.getProperties().containsKey("code"))) {
            String path = ((ServletWebRequest) request).getRequest().getRequestURI();
            return told(
                    status,
                    headers,
                    "bad-request",
                    "a request of this service",
                    problem.getDetail() + " " + path,
                    LIST);
        }
        return new ResponseEntity<>(body, headers, status);
    }

    private static ResponseEntity<Object> told(
            HttpStatusCode status, HttpHeaders headers, String code, String expected, String found, String remedy) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(status, expected + " was expected, found " + found + ": " + remedy);
        problem.setProperty("code", code);
        problem.setProperty("expected", expected);
        problem.setProperty("found", found);
        problem.setProperty("remedy", remedy);
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
