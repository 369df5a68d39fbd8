package dev.clipstream.index.redis;

import java.util.LinkedHashMap;
import java.util.Map;

/// How far an index is filled: fields of its meta hash that change.
///
/// @param filling    see [dev.clipstream.index.IndexDescription#filling]; the field is missing once the index was
///                   filled
/// @param generation see [dev.clipstream.index.IndexDescription#generation]; the field is missing in the first one
public record IndexState(boolean filling, String generation) {
    static final String FILLING = "filling";
    static final String GENERATION = "generation";

    /// The field of the servers that held the index last: their run ids, see [RunIds].
    static final String SERVERS = "servers";

    /// The state of a new index.
    public static final IndexState NEW = new IndexState(true, "");

    /// Returns the fields of a new index.
    ///
    /// @param servers empty if they are unknown
    static Map<String, String> fieldsOfNew(String servers) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(FILLING, "1");
        if (!servers.isEmpty()) {
            fields.put(SERVERS, servers);
        }
        return fields;
    }

    static IndexState of(Map<String, String> meta) {
        return new IndexState(meta.containsKey(FILLING), meta.getOrDefault(GENERATION, ""));
    }
}
