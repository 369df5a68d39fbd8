package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/// A batch with filled tensors, to measure the model alone.
///
/// Holds native memory until closed; close it before its [ClipModel]. Used by one thread. Several batches may run
/// side by side, as many as the image session runs at a time.
public final class ReadyBatch implements AutoCloseable {
    private final OnnxImageSession session;
    private final int size;
    // more than one if the device runs smaller batches
    private final List<OnnxTensor> tensors = new ArrayList<>();
    private final List<PixelBuffer> buffers = new ArrayList<>();

    /// @param size number of images
    ReadyBatch(OnnxImageSession session, int size) {
        this.session = session;
        this.size = size;
    }

    /// Fills a tensor.
    ///
    /// @param buffer its memory; owned by this batch
    void add(PixelBuffer buffer, List<RgbImage> images) throws OrtException {
        buffers.add(buffer);
        tensors.add(buffer.fill(images));
    }

    /// Fills a batch for the model's first device.
    ///
    /// @param batch at least one image, each of exactly the model's input size
    /// @throws IllegalArgumentException   if the model does not run on ONNX Runtime
    /// @throws EmbeddingException         if an image has another size
    /// @throws OutOfDeviceMemoryException if the batch does not fit
    public static ReadyBatch of(ClipModel model, List<RgbImage> batch)
            throws EmbeddingException, OutOfDeviceMemoryException {
        if (model.imageSessions().getFirst() instanceof OnnxImageSession session) {
            return session.ready(batch);
        }
        throw new IllegalArgumentException("Expected a model on ONNX Runtime, found "
                + model.imageSessions().getFirst().getClass().getName());
    }

    /// Returns the number of images.
    public int size() {
        return size;
    }

    /// Runs the model and discards its output: neither normalizes pixels nor reads vectors.
    ///
    /// @throws EmbeddingException         if the model fails
    /// @throws OutOfDeviceMemoryException if the batch is too large for the memory that the device has left
    /// @throws DeviceLostException        if the device can do no more work
    public void run() throws EmbeddingException, OutOfDeviceMemoryException {
        for (OnnxTensor tensor : tensors) {
            session.runOnly(tensor);
        }
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
        buffers.forEach(PixelBuffer::close);
    }
}
