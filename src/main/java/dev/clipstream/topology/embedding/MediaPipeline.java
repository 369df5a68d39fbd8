package dev.clipstream.topology.embedding;

import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaUploaded;
import java.util.concurrent.CompletableFuture;

/// Turns upload events into vectors: the interface between the stream and the work outside it. Safe for use by many
/// threads.
public interface MediaPipeline {

    /// Starts to embed a medium and returns at once.
    ///
    /// @param event   with exactly one of uri and content
    /// @param urgency whether it goes before the others or after them, wherever media wait
    /// @param onReady runs on any thread when the image is processed in turn with the others from then on. Before, it
    ///                may wait for a fetch, which has its own time limits, or behind images that are more urgent or
    ///                less costly, which has none
    /// @return completes with the outcome, on any thread. Exceptional completion means that the environment fails, for
    ///         example that a device is lost, and stops the instance. Cancelling it cancels the work
    CompletableFuture<Outcome> submit(MediaUploaded event, Urgency urgency, Runnable onReady);
}
