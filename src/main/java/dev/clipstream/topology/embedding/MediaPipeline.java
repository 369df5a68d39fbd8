package dev.clipstream.topology.embedding;

import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaUploaded;
import java.util.concurrent.CompletableFuture;

/// Turns upload events into vectors: the interface between the stream and the work outside it. Safe for use by many
/// threads.
public interface MediaPipeline {

    /// Starts to embed a medium and returns at once.
    ///
    /// @param event    with exactly one of uri and content
    /// @param urgency  whether it goes before the others or after them, wherever media wait
    /// @param progress gets the steps of the medium
    /// @return completes with the outcome, on any thread. Exceptional completion means that the environment fails, for
    ///         example that a device is lost, and stops the instance. Cancelling it cancels the work
    CompletableFuture<Outcome> submit(MediaUploaded event, Urgency urgency, Progress progress);

    /// Gets the steps of one medium on its way, each at most once, on any thread. A medium whose outcome completes
    /// early leaves out the others. The methods return soon.
    interface Progress {

        /// The bytes of the image are in memory. Before, it may wait for a fetch, which has its own time limits.
        default void arrived() {}

        /// The image is processed in turn with the others from now on. Before, it may wait behind images that are
        /// more urgent or less costly, without a time limit. Follows [#arrived].
        default void inTurn() {}
    }
}
