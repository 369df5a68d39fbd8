package dev.clipstream.index.rules;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.MediaWrite;
import java.util.List;

/// Refuses vectors of another dimension than the index has. Stores need not notice them: Redis accepts such a query on
/// an empty index, and silently leaves such a document out of its index.
///
/// @param index its name, for messages
/// @param model whose vectors the index holds
public record DimensionCheck(String index, ModelIdentity model) {

    /// @throws IllegalArgumentException if the vector is not of the model's dimension
    public void check(Embedding vector) {
        if (vector.dimension() != model.dimension()) {
            throw new IllegalArgumentException("A vector of dimension " + model.dimension() + " of the model "
                    + model.id() + " was expected by the index " + index + ", found one of " + vector.dimension()
                    + ": ask the index of its model");
        }
    }

    /// Checks a whole batch, before any of it is written.
    ///
    /// @throws IllegalArgumentException if a vector is not of the model's dimension
    public void check(List<MediaWrite> batch) {
        for (MediaWrite write : batch) {
            if (write instanceof MediaWrite.PutVector put) {
                check(put.vector());
            }
        }
    }
}
