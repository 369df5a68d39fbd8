package dev.clipstream.search.http;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Serves the status of this instance for the page. Monitoring should use health and metrics instead.
@RestController
public final class StateController {
    private final Supplier<Map<String, @Nullable Object>> state;

    /// @param state returns the status as JSON members
    public StateController(Supplier<Map<String, @Nullable Object>> state) {
        this.state = state;
    }

    @GetMapping(path = "/v1/state", produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, @Nullable Object> state() {
        return state.get();
    }
}
