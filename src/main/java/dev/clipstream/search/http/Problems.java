package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import dev.clipstream.search.http.entry.ProblemResponse;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// Converts failures of searches to problems.
@RestControllerAdvice(basePackageClasses = SearchController.class)
public final class Problems {

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failed(SearchException failure) {
        ProblemDetail problem = ProblemResponse.body(failure);
        return ResponseEntity.status(problem.getStatus())
                .headers(ProblemResponse.headers(failure))
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
