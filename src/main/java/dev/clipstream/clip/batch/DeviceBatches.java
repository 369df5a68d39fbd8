package dev.clipstream.clip.batch;

import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.batch.BatchObserver.Batch;
import dev.clipstream.clip.batch.BatchObserver.Outcome;
import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/// Runs batches on one device and gives every image its own outcome.
///
/// A failed batch is split in halves until the image that the model fails on is alone. A batch that does not fit in the
/// device's memory is split as well, and the device gets smaller ones from then on. A device that fails on every image
/// of several batches counts as lost, whatever its errors say. Safe for use by the device's batcher threads, which
/// share this state.
final class DeviceBatches {
    /// After this many single images failed without a success between them, the device is at fault and not the images.
    private static final int FAILURES_OF_A_LOST_DEVICE = 64;

    private final ImageSession session;
    private final BatchObserver observer;
    private final IntSupplier queueDepth;
    private final WorkingBatchSize size;
    private final AtomicInteger failuresInARow = new AtomicInteger();

    DeviceBatches(ImageSession session, int maxBatch, BatchObserver observer, IntSupplier queueDepth) {
        this.session = session;
        this.observer = observer;
        this.queueDepth = queueDepth;
        this.size = new WorkingBatchSize(maxBatch);
    }

    String device() {
        return session.device();
    }

    /// Returns the most images of a batch that currently fit on the device.
    int size() {
        return size.current();
    }

    /// Runs a batch and completes its futures.
    ///
    /// @throws DeviceLostException if the device is lost; some futures may then be incomplete
    void run(List<DeviceQueue.Waiting> batch) {
        int most = size.current();
        if (batch.size() > most) {
            split(batch, most);
            return;
        }
        long started = System.nanoTime();
        List<Embedding> embeddings;
        try {
            embeddings = embed(batch);
        } catch (DeviceLostException e) {
            observe(batch, started, Outcome.LOST);
            throw e;
        } catch (OutOfDeviceMemoryException e) {
            observe(batch, started, Outcome.OUT_OF_MEMORY);
            outOfMemory(batch, e);
            return;
        } catch (EmbeddingException | RuntimeException e) {
            observe(batch, started, Outcome.FAILED);
            failed(batch, e);
            return;
        }
        observe(batch, started, Outcome.EMBEDDED);
        size.fitted(batch.size());
        failuresInARow.set(0);
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).future().complete(embeddings.get(i));
        }
    }

    private List<Embedding> embed(List<DeviceQueue.Waiting> batch)
            throws EmbeddingException, OutOfDeviceMemoryException {
        List<RgbImage> images = batch.stream().map(DeviceQueue.Waiting::image).toList();
        List<Embedding> embeddings = session.run(images);
        if (embeddings.size() != batch.size()) {
            throw new EmbeddingException(
                    "Expected a vector for each of " + batch.size() + " images, found " + embeddings.size(), null);
        }
        return embeddings;
    }

    private void outOfMemory(List<DeviceQueue.Waiting> batch, OutOfDeviceMemoryException cause) {
        if (batch.size() == 1) {
            throw new DeviceLostException(
                    device(),
                    "Expected memory for one image on " + device() + ", found too little (" + cause.getMessage()
                            + "). Free the device, or take a smaller model or fp16 weights",
                    cause);
        }
        size.ranOutOfMemoryAt(batch.size());
        split(batch, batch.size() / 2);
    }

    private void failed(List<DeviceQueue.Waiting> batch, Exception cause) {
        if (batch.size() > 1) {
            split(batch, batch.size() / 2);
            return;
        }
        if (failuresInARow.incrementAndGet() >= FAILURES_OF_A_LOST_DEVICE) {
            throw new DeviceLostException(
                    device(),
                    "Expected at least one success in " + FAILURES_OF_A_LOST_DEVICE + " images on " + device()
                            + ", found none; the last failure: " + cause.getMessage()
                            + ". Check the device and restart",
                    cause);
        }
        batch.getFirst().future().completeExceptionally(asEmbeddingException(cause));
    }

    private EmbeddingException asEmbeddingException(Exception cause) {
        if (cause instanceof EmbeddingException alone) {
            return alone;
        }
        return new EmbeddingException("Expected a vector from " + device() + ", found " + cause, cause);
    }

    private void split(List<DeviceQueue.Waiting> batch, int at) {
        run(batch.subList(0, at));
        run(batch.subList(at, batch.size()));
    }

    private void observe(List<DeviceQueue.Waiting> batch, long started, Outcome outcome) {
        observer.ran(new Batch(
                device(),
                batch.size(),
                batch.stream()
                        .mapToLong(waiting -> started - waiting.submittedNanos())
                        .max()
                        .orElse(0),
                System.nanoTime() - started,
                queueDepth.getAsInt(),
                outcome));
    }
}
