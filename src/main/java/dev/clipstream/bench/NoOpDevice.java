package dev.clipstream.bench;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.image.RgbImage;
import java.util.Collections;
import java.util.List;

/// A device that does nothing, so that only the pipeline's own work remains. Used by the benchmark.
final class NoOpDevice implements ImageSession {
    private final Embedding embedding;

    /// Creates a device.
    ///
    /// @param dimension of its embeddings
    NoOpDevice(int dimension) {
        float[] values = new float[dimension];
        values[0] = 1;
        this.embedding = Embedding.normalize(values);
    }

    @Override
    public String device() {
        return "no-op";
    }

    @Override
    public List<Embedding> run(List<RgbImage> batch) {
        return Collections.nCopies(batch.size(), embedding);
    }

    @Override
    public void close() {}
}
