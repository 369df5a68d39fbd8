package dev.clipstream.index.redis.query;

import dev.clipstream.index.redis.IndexMeta;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What is fixed when an index is created in the query engine.
///
/// @param vectorType     of the blobs
/// @param m              neighbours of a node in the HNSW graph
/// @param efConstruction candidates while the graph is built
record QueryParameters(VectorType vectorType, int m, int efConstruction) {
    private static final String VECTOR_TYPE = "vector_type";
    private static final String M = "m";
    private static final String EF_CONSTRUCTION = "ef_construction";

    /// The fields of the meta hash.
    Map<String, String> toFields(Keys keys) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(IndexMeta.ENGINE, QueryEngine.KIND);
        fields.put("index", keys.alias());
        fields.put(VECTOR_TYPE, vectorType.name());
        fields.put(M, Integer.toString(m));
        fields.put(EF_CONSTRUCTION, Integer.toString(efConstruction));
        return fields;
    }

    /// Reads the meta hash; empty if a field is missing.
    static Optional<QueryParameters> of(Map<String, String> fields) {
        String type = fields.get(VECTOR_TYPE);
        String m = fields.get(M);
        String efConstruction = fields.get(EF_CONSTRUCTION);
        return type == null || m == null || efConstruction == null
                ? Optional.empty()
                : Optional.of(new QueryParameters(
                        VectorType.valueOf(type), Integer.parseInt(m), Integer.parseInt(efConstruction)));
    }
}
