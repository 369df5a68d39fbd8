package dev.clipstream.topology.indexing;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.WriteOutcome;
import java.util.concurrent.CompletableFuture;

/// A write into the index of one model: the seam between the stream and the index. Safe for use by many threads.
public interface MediaIndexing {

    /// Whose vectors and tags it takes.
    ModelIdentity model();

    /// Begins to write and returns at once. Writes to one medium are done in the order of their submission.
    ///
    /// @param write a vector is of the model's dimension
    /// @return completes when the index keeps it, however long the index is away. Completes exceptionally if the
    ///         index is lost: that stops the topology. Cancelling it gives the write up
    CompletableFuture<WriteOutcome> submit(MediaWrite write);
}
