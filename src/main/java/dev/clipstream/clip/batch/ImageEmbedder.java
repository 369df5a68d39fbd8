package dev.clipstream.clip.batch;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Gathers the pictures of all tasks of the process into batches and runs them: one queue a device, and as many
/// threads as the device runs batches at once.
///
/// Batching lives here and nowhere else: whoever has a picture submits it and gets a future. A future
/// fails with [EmbeddingException] if the model fails on its picture alone (its neighbours succeed), and
/// with [DeviceLostException] if a device is gone, as do all others then: the instance must stop.
/// Order is not kept.
///
/// Safe for use by many threads. Does not own the sessions.
public final class ImageEmbedder implements AutoCloseable {
    private final List<DeviceQueue> queues;

    /// Starts the threads.
    ///
    /// @param sessions one a device, at least one
    /// @param observer told of every run
    public ImageEmbedder(List<ImageSession> sessions, BatchSettings settings, BatchObserver observer) {
        if (sessions.isEmpty()) {
            throw new IllegalArgumentException("At least one session was expected, found none");
        }
        this.queues = sessions.stream()
                .map(session -> new DeviceQueue(session, settings, observer, this::lost))
                .toList();
        this.queues.forEach(DeviceQueue::start);
    }

    /// Embeds a picture in some batch, on the device with the least to do.
    ///
    /// Waits while that device's queue is full. What hangs on the future runs on the device's batcher
    /// thread: it must be short and must not submit.
    ///
    /// @param modelInput of exactly the model's input size
    /// @return its embedding; failed with [EmbeddingException], [DeviceLostException], or, after
    ///         [#close()] or [#abort()], [java.util.concurrent.CancellationException]
    public CompletableFuture<Embedding> submit(RgbImage modelInput) {
        DeviceQueue least = queues.getFirst();
        int leastLoad = least.load();
        for (DeviceQueue queue : queues.subList(1, queues.size())) {
            int load = queue.load();
            if (load < leastLoad) {
                least = queue;
                leastLoad = load;
            }
        }
        return least.submit(modelInput);
    }

    /// Pictures that wait, over all devices.
    public int queueDepth() {
        return queues.stream().mapToInt(DeviceQueue::depth).sum();
    }

    private void lost(DeviceLostException cause) {
        queues.forEach(queue -> queue.fail(cause));
    }

    /// Takes no more, runs what waits, and ends the threads.
    @Override
    public void close() {
        queues.forEach(DeviceQueue::drain);
        queues.forEach(DeviceQueue::join);
    }

    /// Takes no more, fails what waits with [java.util.concurrent.CancellationException], and ends the
    /// threads; a batch that runs is finished.
    public void abort() {
        queues.forEach(DeviceQueue::cancel);
        queues.forEach(DeviceQueue::join);
    }
}
