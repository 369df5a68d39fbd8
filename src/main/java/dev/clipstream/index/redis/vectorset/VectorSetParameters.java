package dev.clipstream.index.redis.vectorset;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What is fixed when an index is created in vector sets.
///
/// @param shards       vector sets over which it is spread, at least 1
/// @param quantization as `VADD` takes it: `Q8` or `NOQUANT`
record VectorSetParameters(int shards, String quantization) {
    private static final String SHARDS = "shards";
    private static final String QUANTIZATION = "quantization";

    /// The fields of the meta hash.
    Map<String, String> toFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(SHARDS, Integer.toString(shards));
        fields.put(QUANTIZATION, quantization);
        return fields;
    }

    /// Reads the meta hash; empty if a field is missing.
    static Optional<VectorSetParameters> of(Map<String, String> fields) {
        String shards = fields.get(SHARDS);
        String quantization = fields.get(QUANTIZATION);
        return shards == null || quantization == null
                ? Optional.empty()
                : Optional.of(new VectorSetParameters(Integer.parseInt(shards), quantization));
    }
}
