package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.RgbImage;
import java.util.List;

/// A batch whose tensors are filled already: what the bare model takes, for measuring.
///
/// Holds native memory of its own until closed; close it before its [ClipModel]. For one thread; of
/// several, as many as the [ImageSession] runs batches at once may run side by side.
public final class ReadyBatch implements AutoCloseable {
    private final OnnxImageSession session;
    private final int size;
    private final List<OnnxTensor> tensors;

    /// @param tensors more than one where the graph's batch is fixed; owned by this
    ReadyBatch(OnnxImageSession session, int size, List<OnnxTensor> tensors) {
        this.session = session;
        this.size = size;
        this.tensors = List.copyOf(tensors);
    }

    /// Makes a batch of the model's first device ready.
    ///
    /// @param batch at least one picture, each of exactly the model's input size
    /// @throws IllegalArgumentException   the model does not run on ONNX Runtime
    /// @throws EmbeddingException         the pictures are not the model's
    /// @throws OutOfDeviceMemoryException the batch does not fit
    public static ReadyBatch of(ClipModel model, List<RgbImage> batch)
            throws EmbeddingException, OutOfDeviceMemoryException {
        if (model.imageSessions().getFirst() instanceof OnnxImageSession session) {
            return session.ready(batch);
        }
        throw new IllegalArgumentException("A model on ONNX Runtime was expected, found "
                + model.imageSessions().getFirst().getClass().getName());
    }

    /// Pictures.
    public int size() {
        return size;
    }

    /// Runs the model on it and drops what it gives: neither normalises pixels nor reads vectors.
    ///
    /// @throws EmbeddingException         the model fails
    /// @throws OutOfDeviceMemoryException the batch is too large for the device's memory as it is now
    /// @throws DeviceLostException        the device can do no more work
    public void run() throws EmbeddingException, OutOfDeviceMemoryException {
        for (OnnxTensor tensor : tensors) {
            session.runOnly(tensor);
        }
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
    }
}
