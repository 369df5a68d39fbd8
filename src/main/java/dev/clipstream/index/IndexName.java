package dev.clipstream.index;

import dev.clipstream.clip.ModelIdentity;
import java.util.Locale;

/// Names indexes by the id, the dimension and the fingerprint of their model.
public final class IndexName {
    private static final int ID_LENGTH = 40;
    private static final int FINGERPRINT_LENGTH = 12;

    private IndexName() {}

    /// Returns the name of the index of a model, such as `clip-vit-b-32-512-0123456789ab`: lower-case letters,
    /// digits and hyphens.
    public static String of(ModelIdentity model) {
        String id = model.id().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return (id.length() > ID_LENGTH ? id.substring(0, ID_LENGTH) : id)
                + "-" + model.dimension()
                + "-" + model.fingerprint().substring(0, FINGERPRINT_LENGTH);
    }
}
