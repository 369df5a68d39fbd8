package dev.clipstream.index.lucene;

import dev.clipstream.index.rules.MediaState;
import tools.jackson.databind.json.JsonMapper;

/// A medium's state as JSON, as an index without fields of its own stores it.
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
