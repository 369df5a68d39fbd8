package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an index in the query engine is, as its hash `…:meta` tells any client.
///
/// @param model      whose vectors it holds
/// @param born       its birth id
/// @param vectorType of the blobs; fixed when it is made
/// @param m              neighbours of a node in the HNSW graph; fixed when it is made
/// @param efConstruction candidates while the graph is built; fixed when it is made
/// @param state          how far it was when this was read
record QueryMeta(ModelIdentity model, String born, VectorType vectorType, int m, int efConstruction, IndexState state) {
    /// The field that tells this kind of index from vector sets.
    static final String ENGINE = "engine";

    static final String BORN = IndexState.BORN;

    /// The fields of a new index, but for its state.
    Map<String, String> toFields(QueryKeys keys) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("model_id", model.id());
        fields.put("model_fingerprint", model.fingerprint());
        fields.put("dimension", Integer.toString(model.dimension()));
        fields.put(BORN, born);
        fields.put(ENGINE, QueryIndexes.KIND);
        fields.put("index", keys.alias());
        fields.put("vector_type", vectorType.name());
        fields.put("m", Integer.toString(m));
        fields.put("ef_construction", Integer.toString(efConstruction));
        return fields;
    }

    /// Reads the hash; null: there is none, or it is none of the query engine.
    static @Nullable QueryMeta of(Map<String, String> fields) {
        String id = fields.get("model_id");
        String fingerprint = fields.get("model_fingerprint");
        String dimension = fields.get("dimension");
        String born = fields.get(BORN);
        String type = fields.get("vector_type");
        String m = fields.get("m");
        String efConstruction = fields.get("ef_construction");
        if (id == null
                || fingerprint == null
                || dimension == null
                || born == null
                || type == null
                || m == null
                || efConstruction == null) {
            return null;
        }
        return new QueryMeta(
                new ModelIdentity(id, fingerprint, Integer.parseInt(dimension)),
                born,
                VectorType.valueOf(type),
                Integer.parseInt(m),
                Integer.parseInt(efConstruction),
                IndexState.of(fields));
    }

    IndexMissingException missing(QueryKeys keys) {
        return new IndexMissingException("The index " + keys.name() + " born as " + born
                + " was expected, found none, or another: Redis came back empty, or somebody dropped it; it must be"
                + " created and filled again");
    }
}
