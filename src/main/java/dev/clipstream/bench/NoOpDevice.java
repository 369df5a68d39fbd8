package dev.clipstream.bench;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.image.RgbImage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A device that computes nothing, so that only the pipeline's own work remains. It may take time, but no processor.
/// Used by the benchmarks.
public final class NoOpDevice implements ImageSession {
    private final Embedding embedding;
    private final Duration perBatch;

    /// Creates a device.
    ///
    /// @param dimension of its embeddings
    /// @param perBatch  duration of a run; 0: none
    public NoOpDevice(int dimension, Duration perBatch) {
        float[] values = new float[dimension];
        values[0] = 1;
        this.embedding = Embedding.normalize(values);
        this.perBatch = perBatch;
    }

    @Override
    public String device() {
        return "no-op";
    }

    @Override
    public List<Embedding> run(List<RgbImage> batch) {
        long endNanos = System.nanoTime() + perBatch.toNanos();
        for (long left = perBatch.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return Collections.nCopies(batch.size(), embedding);
    }

    @Override
    public void close() {}
}
