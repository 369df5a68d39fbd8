package dev.clipstream.index.lucene;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.clipstream.index.rules.MediaState;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Converts the state of a medium to JSON and back.
final class StateJson {
    /// An index of an earlier version has no label sets in its tags.
    private static final JsonMapper JSON = JsonMapper.builder()
            .withConfigOverride(Map.class, map -> map.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .build();

    private StateJson() {}

    static String write(MediaState state) {
        return JSON.writeValueAsString(state);
    }

    static MediaState read(String json) {
        return JSON.readValue(json, MediaState.class);
    }
}
