package dev.clipstream.topology.indexing;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.WriteOutcome;
import java.util.concurrent.CompletableFuture;

/// Writes into the index of one model: the interface between the stream and the index. Safe for use by many
/// threads.
public interface MediaIndexing {

    /// Returns the model of the index.
    ModelIdentity model();

    /// Starts a write and returns at once. Writes to one medium are done in the order of their submission.
    ///
    /// @param write vectors must have the model's dimension
    /// @return completes when the index has stored the write, however long the index is unavailable. Exceptional
    ///         completion means that the index is lost, and stops the topology. Cancelling it cancels the write
    CompletableFuture<WriteOutcome> submit(MediaWrite write);
}
