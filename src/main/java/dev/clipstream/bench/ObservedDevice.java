package dev.clipstream.bench;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.RgbImage;
import java.util.List;

/// Records the successful runs of a device. Does not own the device.
final class ObservedDevice implements ImageSession {
    private final ImageSession device;
    private final Backlog backlog;
    private final BatchLog log;

    ObservedDevice(ImageSession device, Backlog backlog, BatchLog log) {
        this.device = device;
        this.backlog = backlog;
        this.log = log;
    }

    @Override
    public String device() {
        return device.device();
    }

    @Override
    public int batchesAtOnce() {
        return device.batchesAtOnce();
    }

    @Override
    public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException {
        long waiting = backlog.take(batch.size());
        boolean done = false;
        try {
            List<Embedding> embeddings = device.run(batch);
            log.ran(batch.size(), waiting);
            done = true;
            return embeddings;
        } finally {
            if (!done) {
                backlog.giveBack(batch.size());
            }
        }
    }

    @Override
    public void close() {}
}
