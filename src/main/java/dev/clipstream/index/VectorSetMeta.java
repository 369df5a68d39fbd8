package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a vector-set index is, as its hash `…:meta` tells any client.
///
/// @param model        whose vectors it holds
/// @param born         its birth id; each shard has it, too, so that a lost shard is noticed
/// @param shards       how many vector sets it is spread over, at least 1; fixed when it is made
/// @param quantization as `VADD` takes it: `Q8` or `NOQUANT`; fixed when it is made
/// @param state        how far it was when this was read
record VectorSetMeta(ModelIdentity model, String born, int shards, String quantization, IndexState state) {
    /// The fields of a new index, but for its state.
    Map<String, String> toFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("model_id", model.id());
        fields.put("model_fingerprint", model.fingerprint());
        fields.put("dimension", Integer.toString(model.dimension()));
        fields.put(IndexState.BORN, born);
        fields.put("shards", Integer.toString(shards));
        fields.put("quantization", quantization);
        return fields;
    }

    /// Reads the hash; null: there is none, or it is not complete.
    static @Nullable VectorSetMeta of(Map<String, String> fields) {
        String id = fields.get("model_id");
        String fingerprint = fields.get("model_fingerprint");
        String dimension = fields.get("dimension");
        String born = fields.get(IndexState.BORN);
        String shards = fields.get("shards");
        String quantization = fields.get("quantization");
        if (id == null
                || fingerprint == null
                || dimension == null
                || born == null
                || shards == null
                || quantization == null) {
            return null;
        }
        return new VectorSetMeta(
                new ModelIdentity(id, fingerprint, Integer.parseInt(dimension)),
                born,
                Integer.parseInt(shards),
                quantization,
                IndexState.of(fields));
    }

    IndexMissingException missing(VectorSetKeys keys) {
        return new IndexMissingException("The index " + keys.name() + " born as " + born
                + " was expected, found none, or another: Redis came back empty, or somebody dropped it; it must be"
                + " created and filled again");
    }
}
