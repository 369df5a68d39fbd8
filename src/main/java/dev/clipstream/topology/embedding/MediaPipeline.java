package dev.clipstream.topology.embedding;

import dev.clipstream.event.MediaUploaded;
import java.util.concurrent.CompletableFuture;

/// Upload event to vector: the seam between the stream and the work outside it. Safe for use by many threads.
public interface MediaPipeline {

    /// Begins to embed a medium and returns at once.
    ///
    /// @param event  with exactly one of uri and content
    /// @param atHand runs once the bytes are there, on any thread: from then on the picture's own work goes on, in
    ///               turn with that of the others; before, it waits for a fetch, which has its own limits of time
    /// @return completes with the outcome, on any thread. Completes exceptionally if the world is bad (device
    ///         lost): that stops the instance. Cancelling it gives the work up
    CompletableFuture<Outcome> submit(MediaUploaded event, Runnable atHand);
}
