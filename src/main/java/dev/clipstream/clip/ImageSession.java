package dev.clipstream.clip;

import dev.clipstream.image.RgbImage;
import java.util.List;

/// One model on one device: turns a batch of images into one vector each.
///
/// Separates batching from ONNX Runtime. Safe for use by many threads; if more than [#batchesAtOnce()] call it, some
/// wait.
public interface ImageSession extends AutoCloseable {

    /// Returns the device: `cpu`, `cuda:0`, `tensorrt:0`.
    String device();

    /// Returns how many batches run at once, at least 1. As many threads are needed to use the device fully.
    default int batchesAtOnce() {
        return 1;
    }

    /// Embeds a batch.
    ///
    /// @param batch at least one image, each of exactly the model's input size
    /// @return one embedding per image, in the same order
    /// @throws EmbeddingException         if at least one of the images fails; it is not known which
    /// @throws OutOfDeviceMemoryException if the batch is too large for the memory that the device has left
    /// @throws DeviceLostException        if the device can do no more work
    List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException;

    /// Releases the device's memory. A [ClipModel] closes its own sessions.
    @Override
    void close();
}
