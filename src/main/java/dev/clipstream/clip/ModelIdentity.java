package dev.clipstream.clip;

/// Identifies the model that made a vector; published with every vector and tag.
///
/// @param id          the bundle's name, for people
/// @param fingerprint SHA-256 over the bundle's weights and everything else that determines its vectors, as 64
///                    lower-case hexadecimal digits. Vectors with different fingerprints are not comparable.
/// @param dimension   length of its vectors, at least 1
public record ModelIdentity(String id, String fingerprint, int dimension) {
    public ModelIdentity {
        if (id.isBlank() || !fingerprint.matches("[0-9a-f]{64}") || dimension < 1) {
            throw new IllegalArgumentException(
                    "Expected a model's id, its SHA-256 as 64 lower-case hexadecimal digits and a dimension of at least"
                            + " 1, found id '" + id + "', fingerprint '" + fingerprint + "', dimension "
                            + dimension);
        }
    }
}
