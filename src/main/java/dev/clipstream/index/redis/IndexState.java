package dev.clipstream.index.redis;

import java.util.LinkedHashMap;
import java.util.Map;

/// How far an index in Redis is, in fields of its meta hash beside what it is.
///
/// @param filling    see [IndexDescription#filling]; the field is missing once it was filled
/// @param generation see [IndexDescription#generation]; the field is missing in the first one
public record IndexState(boolean filling, String generation) {
    static final String FILLING = "filling";
    static final String GENERATION = "generation";

    /// Which servers the index was seen at last: their run ids, new at each start.
    static final String SERVERS = "servers";

    /// Of an index that was made just now.
    public static final IndexState NEW = new IndexState(true, "");

    /// The fields of a new index.
    ///
    /// @param servers empty: not known
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
