package dev.clipstream.search.http;

import dev.clipstream.search.http.entry.ProblemResponse;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Converts errors that neither a controller nor Spring handles, such as a method that the web server refuses, to
/// problems. The web server forwards them here. To clients, the path does not exist.
@Controller
public final class UnhandledErrors implements ErrorController {
    private static final int INTERNAL = 500;

    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<ProblemDetail> error(HttpServletRequest request) throws NoResourceFoundException {
        if (request.getDispatcherType() != DispatcherType.ERROR) {
            throw new NoResourceFoundException(
                    HttpMethod.valueOf(request.getMethod()),
                    request.getRequestURI(),
                    request.getServletPath().substring(1));
        }
        int status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer known ? known : INTERNAL;
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemResponse.ofStatus(status));
    }
}
