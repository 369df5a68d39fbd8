package dev.clipstream.clip;

import dev.clipstream.image.RgbImage;
import java.util.List;

/// One model on one device: a batch of pictures in, a vector each out.
///
/// The seam between batching and ONNX Runtime. Safe for use by many threads; of more than [#batchesAtOnce()], some
/// wait.
public interface ImageSession extends AutoCloseable {

    /// Which device: `cpu`, `cuda:0`, `tensorrt:0`.
    String device();

    /// How many batches run at once, at least 1: it takes so many threads to use the device fully.
    default int batchesAtOnce() {
        return 1;
    }

    /// Embeds a batch.
    ///
    /// @param batch at least one picture, each of exactly the model's input size
    /// @return one embedding a picture, in the same order
    /// @throws EmbeddingException         at least one of the pictures fails; which is not known
    /// @throws OutOfDeviceMemoryException the batch is too large for the device's memory as it is now
    /// @throws DeviceLostException        the device can do no more work
    List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException;

    /// Gives the device's memory back. Sessions of a [ClipModel] are closed by it.
    @Override
    void close();
}
