package dev.clipstream.clip.batch;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Gathers the images of all tasks of the process into batches and runs them, with one queue per device and as many
/// threads as the device runs batches at a time.
///
/// All batching happens here: a caller submits one image and gets a future. The future fails with
/// [dev.clipstream.clip.EmbeddingException] if the model fails on this image alone (its neighbours succeed). It fails
/// with [DeviceLostException] if a device is lost; then all others fail too and the instance must stop. Order is not
/// kept.
///
/// Safe for use by many threads. Does not own the sessions.
public final class ImageEmbedder implements AutoCloseable {
    private final List<DeviceQueue> queues;

    /// Starts the threads.
    ///
    /// @param sessions one per device, at least one
    /// @param observer receives every run
    public ImageEmbedder(List<ImageSession> sessions, BatchSettings settings, BatchObserver observer) {
        if (sessions.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one session, found none");
        }
        this.queues = sessions.stream()
                .map(session -> new DeviceQueue(session, settings, observer, this::lost))
                .toList();
        this.queues.forEach(DeviceQueue::start);
    }

    /// Embeds a live image in some batch, on the device with the least load.
    ///
    /// Blocks while that device's queue is full. Actions that depend on the future run on the device's batcher
    /// thread: they must be fast and must not submit images.
    ///
    /// @param modelInput of exactly the model's input size
    /// @return its embedding; failed with [dev.clipstream.clip.EmbeddingException], [DeviceLostException], or, after
    ///         [#close()] or [#abort()], [java.util.concurrent.CancellationException]
    public CompletableFuture<Embedding> submit(RgbImage modelInput) {
        return submit(modelInput, Urgency.LIVE, true);
    }

    /// Embeds an image like [#submit(RgbImage)].
    ///
    /// @param urgency    live images fill the next batch first; back-fill takes what is left of it
    /// @param moreToCome whether the caller prepares further images; if not, the batch does not wait for others
    public CompletableFuture<Embedding> submit(RgbImage modelInput, Urgency urgency, boolean moreToCome) {
        DeviceQueue least = queues.getFirst();
        int leastLoad = least.load();
        for (DeviceQueue queue : queues.subList(1, queues.size())) {
            int load = queue.load();
            if (load < leastLoad) {
                least = queue;
                leastLoad = load;
            }
        }
        return least.submit(modelInput, urgency, moreToCome);
    }

    /// Returns the number of images that wait, over all devices.
    public int queueDepth() {
        return queues.stream().mapToInt(DeviceQueue::depth).sum();
    }

    private void lost(DeviceLostException cause) {
        queues.forEach(queue -> queue.fail(cause));
    }

    /// Accepts no more images, runs those that wait, and ends the threads.
    @Override
    public void close() {
        queues.forEach(DeviceQueue::drain);
        queues.forEach(DeviceQueue::join);
    }

    /// Accepts no more images, fails those that wait with [java.util.concurrent.CancellationException], and ends the
    /// threads. A batch that runs is finished.
    public void abort() {
        queues.forEach(DeviceQueue::cancel);
        queues.forEach(DeviceQueue::join);
    }
}
