package dev.clipstream.index.redis;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexMissingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What an index is, as its hash `…:meta` describes it to any client.
///
/// @param <P>        parameters of the engine
/// @param name       its name
/// @param model      whose vectors it holds
/// @param born       its birth id, new whenever it is created
/// @param parameters what the engine fixed when the index was created
/// @param state      how far it was when this was read
public record IndexMeta<P>(String name, ModelIdentity model, String born, P parameters, IndexState state) {
    /// The field that holds the birth id.
    public static final String BORN = "born";

    /// The field that names the engine; missing with vector sets, which were there first.
    public static final String ENGINE = "engine";

    private static final String MODEL_ID = "model_id";
    private static final String MODEL_FINGERPRINT = "model_fingerprint";
    private static final String DIMENSION = "dimension";

    /// Reads the hash.
    ///
    /// @param parameters of the engine, from the same hash; empty if it is not the engine's, or incomplete
    /// @return empty if there is no complete hash of an index of the engine
    static <P> Optional<IndexMeta<P>> of(String name, Map<String, String> fields, Optional<P> parameters) {
        String id = fields.get(MODEL_ID);
        String fingerprint = fields.get(MODEL_FINGERPRINT);
        String dimension = fields.get(DIMENSION);
        String born = fields.get(BORN);
        if (id == null || fingerprint == null || dimension == null || born == null) {
            return Optional.empty();
        }
        ModelIdentity model = new ModelIdentity(id, fingerprint, Integer.parseInt(dimension));
        return parameters.map(own -> new IndexMeta<>(name, model, born, own, IndexState.of(fields)));
    }

    /// The fields that every index has, without its state.
    Map<String, String> toFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(MODEL_ID, model.id());
        fields.put(MODEL_FINGERPRINT, model.fingerprint());
        fields.put(DIMENSION, Integer.toString(model.dimension()));
        fields.put(BORN, born);
        return fields;
    }

    /// The exception of an index that is not this one any more, or was lost.
    public IndexMissingException missing() {
        return new IndexMissingException("The index " + name + " born as " + born
                + " was expected, found none, or another: Redis came back empty, or somebody dropped it; it must be"
                + " created and filled again");
    }
}
