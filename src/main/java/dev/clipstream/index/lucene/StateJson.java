package dev.clipstream.index.lucene;

import dev.clipstream.index.rules.MediaState;
import tools.jackson.databind.json.JsonMapper;

/// Converts the state of a medium to JSON and back.
final class StateJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private StateJson() {}

    static String write(MediaState state) {
        return JSON.writeValueAsString(state);
    }

    static MediaState read(String json) {
        return JSON.readValue(json, MediaState.class);
    }
}
