package dev.clipstream.topology;

import dev.clipstream.event.MediaUploaded;
import java.util.concurrent.CompletableFuture;

/// Upload event to vector: the seam between the stream and the work outside it. Safe for use by many threads.
public interface MediaPipeline {

    /// Begins to embed a medium and returns at once.
    ///
    /// @param event with exactly one of uri and content
    /// @return completes with the outcome, on any thread. Completes exceptionally if the world is bad (device
    ///         lost): that stops the instance. Cancelling it gives the work up
    CompletableFuture<Outcome> submit(MediaUploaded event);
}
