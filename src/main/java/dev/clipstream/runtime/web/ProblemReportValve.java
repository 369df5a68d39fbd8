package dev.clipstream.runtime.web;

import dev.clipstream.search.http.entry.ProblemResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/// Reports errors that the web server detects before any handler, such as a malformed request line, as
/// `application/problem+json`. Created by the web server.
public final class ProblemReportValve extends ErrorReportValve {
    private static final int LEAST_ERROR = 400;
    private static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < LEAST_ERROR || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        try {
            Writer writer = response.getReporter();
            if (writer != null) {
                JSON.writeValue(writer, ProblemResponse.ofStatus(status));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException gone) {
            // the client has closed the connection
        }
    }
}
