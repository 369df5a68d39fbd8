package dev.clipstream.search.http;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Serves the OpenAPI document of the HTTP API, which `/page/api.html` displays.
@RestController
public final class OpenApiController {
    private static final Resource DOCUMENT = new ClassPathResource("openapi.json", OpenApiController.class);

    @GetMapping(path = "/v1/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
    Resource document() {
        return DOCUMENT;
    }
}
