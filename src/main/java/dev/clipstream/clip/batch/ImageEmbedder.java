package dev.clipstream.clip.batch;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final Places places;

    /// Starts the threads.
    ///
    /// @param sessions one per device, at least one
    /// @param observer receives every run
    public ImageEmbedder(List<ImageSession> sessions, BatchSettings settings, BatchObserver observer) {
        if (sessions.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one session, found none");
        }
        this.places = new Places(settings.maxQueue() * sessions.size());
        this.queues = sessions.stream()
                .map(session -> new DeviceQueue(session, settings, places, observer, this::lost))
                .toList();
        this.queues.forEach(DeviceQueue::start);
    }

    /// A place in the devices' queue for an image that is still to be prepared. Close it, on any thread, when the image
    /// was submitted or will not be.
    public final class Place implements AutoCloseable {
        private final Urgency urgency;
        private final AtomicBoolean used = new AtomicBoolean();

        private Place(Urgency urgency) {
            this.urgency = urgency;
        }

        /// Embeds the image like [ImageEmbedder#submit(RgbImage, Urgency, boolean)], without blocking.
        ///
        /// @throws IllegalStateException if the place was used or closed already
        public CompletableFuture<Embedding> submit(RgbImage modelInput, boolean moreToCome) {
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("Expected a place for one image, found it used. Reserve another one.");
            }
            return enqueue(modelInput, urgency, moreToCome);
        }

        /// Returns the place, unless an image has it.
        @Override
        public void close() {
            if (used.compareAndSet(false, true)) {
                places.giveBack(urgency, 1);
            }
        }
    }

    /// Reserves a place for an image, so that preparing it occupies no thread and no memory before a device has room
    /// for it.
    ///
    /// @return empty if as many images as urgent wait or are prepared as may wait
    public Optional<Place> reserve(Urgency urgency) {
        return places.tryTake(urgency) ? Optional.of(new Place(urgency)) : Optional.empty();
    }

    /// Runs an action whenever places were returned, so that [#reserve] is worth trying again. It runs on the thread
    /// that returns them, must be fast and must not submit images.
    public void onRoom(Runnable action) {
        places.listen(action);
    }

    /// Embeds a live image in some batch, on the device with the least load.
    ///
    /// Blocks while the devices' queue is full of images as urgent. Actions that depend on the future run on the
    /// device's batcher thread: they must be fast and must not submit images.
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
        places.take(urgency);
        return enqueue(modelInput, urgency, moreToCome);
    }

    private CompletableFuture<Embedding> enqueue(RgbImage modelInput, Urgency urgency, boolean moreToCome) {
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
        places.end();
    }

    /// Accepts no more images, runs those that wait, and ends the threads.
    @Override
    public void close() {
        queues.forEach(DeviceQueue::drain);
        places.end();
        queues.forEach(DeviceQueue::join);
    }

    /// Accepts no more images, fails those that wait with [java.util.concurrent.CancellationException], and ends the
    /// threads. A batch that runs is finished.
    public void abort() {
        queues.forEach(DeviceQueue::cancel);
        places.end();
        queues.forEach(DeviceQueue::join);
    }
}
