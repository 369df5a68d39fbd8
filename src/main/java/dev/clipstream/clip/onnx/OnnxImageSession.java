package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.clipstream.clip.DeviceLostException;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The image tower on one device.
///
/// Batches that run at the same time share the session and its threads. Each has input memory of its own, which is
/// reused; beyond [#batchesAtOnce()] they take turns. Where the sizes of batches are fixed, a batch is run in as many
/// parts as needed, the last one filled up with the last image. Does not own the ONNX Runtime session.
final class OnnxImageSession implements ImageSession {
    private final Device device;
    private final OrtSession session;
    private final ImageGraph graph;
    private final Preprocessing preprocessing;
    private final Map<String, OnnxTensor> placeholders;
    private final BatchShapes shapes;
    private final int batchesAtOnce;
    private final BlockingQueue<PixelBuffer> free;
    // runs hold the read lock, closing waits for them
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /// @param batchesAtOnce at least 1; each has memory for its images
    /// @param shapes        the sizes of batches, unless the graph has a fixed one
    /// @param placeholders  inputs that are the same in every run; owned by the model
    OnnxImageSession(
            Device device,
            OrtSession session,
            int batchesAtOnce,
            BatchShapes shapes,
            ImageGraph graph,
            Preprocessing preprocessing,
            Map<String, OnnxTensor> placeholders) {
        this.device = device;
        this.session = session;
        this.graph = graph;
        this.shapes = graph.batch() > 0 ? BatchShapes.only(graph.batch()) : shapes;
        this.preprocessing = preprocessing;
        this.placeholders = placeholders;
        this.batchesAtOnce = batchesAtOnce;
        this.free = new ArrayBlockingQueue<>(batchesAtOnce);
        for (int i = 0; i < batchesAtOnce; i++) {
            free.add(new PixelBuffer(graph.format(), preprocessing, device));
        }
    }

    @Override
    public String device() {
        return device.toString();
    }

    @Override
    public int batchesAtOnce() {
        return batchesAtOnce;
    }

    @Override
    public List<Embedding> run(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException {
        requireModelSize(batch);
        int most = shapes.of(batch.size());
        List<Embedding> embeddings = new ArrayList<>(batch.size());
        lock.readLock().lock();
        PixelBuffer pixels = takeBuffer();
        try {
            requireOpen();
            for (int from = 0; from < batch.size(); from += most) {
                embeddings.addAll(runOnce(batch.subList(from, Math.min(batch.size(), from + most)), most, pixels));
            }
        } finally {
            free.add(pixels);
            lock.readLock().unlock();
        }
        return embeddings;
    }

    private PixelBuffer takeBuffer() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return free.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireModelSize(List<RgbImage> batch) throws EmbeddingException {
        for (RgbImage image : batch) {
            if (image.width() != preprocessing.width() || image.height() != preprocessing.height()) {
                throw new EmbeddingException(
                        "Expected an image of " + preprocessing.width() + " x " + preprocessing.height() + ", found "
                                + image + ". Preprocess it first",
                        null);
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new DeviceLostException(device(), "Expected an open session, found it closed", null);
        }
    }

    private static List<RgbImage> filled(List<RgbImage> batch, int size) {
        List<RgbImage> filled = new ArrayList<>(batch);
        while (filled.size() < size) {
            filled.add(batch.getLast());
        }
        return filled;
    }

    /// Fills tensors as [#run(List)] does, but with memory of their own.
    ReadyBatch ready(List<RgbImage> batch) throws EmbeddingException, OutOfDeviceMemoryException {
        requireModelSize(batch);
        int most = shapes.of(batch.size());
        ReadyBatch ready = new ReadyBatch(this, batch.size());
        try {
            for (int from = 0; from < batch.size(); from += most) {
                List<RgbImage> part = batch.subList(from, Math.min(batch.size(), from + most));
                ready.add(new PixelBuffer(graph.format(), preprocessing, device), filled(part, most));
            }
        } catch (OrtException e) {
            ready.close();
            throw translate(e, most);
        }
        return ready;
    }

    /// Runs the graph and discards its output.
    void runOnly(OnnxTensor tensor) throws EmbeddingException, OutOfDeviceMemoryException {
        lock.readLock().lock();
        try {
            requireOpen();
            Map<String, OnnxTensor> inputs = new HashMap<>(placeholders);
            inputs.put(graph.pixels(), tensor);
            session.run(inputs, Set.of(graph.output())).close();
        } catch (OrtException e) {
            throw translate(e, (int) tensor.getInfo().getShape()[0]);
        } finally {
            lock.readLock().unlock();
        }
    }

    private List<Embedding> runOnce(List<RgbImage> batch, int size, PixelBuffer pixels)
            throws EmbeddingException, OutOfDeviceMemoryException {
        Map<String, OnnxTensor> inputs = new HashMap<>(placeholders);
        try (OnnxTensor tensor = pixels.fill(filled(batch, size))) {
            inputs.put(graph.pixels(), tensor);
            try (OrtSession.Result result = session.run(inputs, Set.of(graph.output()))) {
                return embeddings(result, batch.size(), size);
            }
        } catch (OrtException e) {
            throw translate(e, size);
        }
    }

    private List<Embedding> embeddings(OrtSession.Result result, int wanted, int rows) throws EmbeddingException {
        Optional<float[][]> values = Vectors.rows(result, graph.output(), rows);
        if (values.isEmpty()) {
            throw new EmbeddingException(
                    "Expected a vector for each of " + rows + " images in " + graph.output()
                            + ", found another shape. Export the image tower again",
                    null);
        }
        List<Embedding> embeddings = new ArrayList<>(wanted);
        for (int row = 0; row < wanted; row++) {
            try {
                embeddings.add(Embedding.normalize(values.get()[row]));
            } catch (IllegalArgumentException e) {
                throw new EmbeddingException("The model gave no direction for an image. " + e.getMessage(), e);
            }
        }
        return embeddings;
    }

    private EmbeddingException translate(OrtException e, int size) throws OutOfDeviceMemoryException {
        String text = "Expected a batch of " + size + " to run on " + device + ", found: " + e.getMessage();
        return switch (DeviceFault.of(e)) {
            case OUT_OF_MEMORY -> throw new OutOfDeviceMemoryException(text, e);
            case LOST ->
                throw new DeviceLostException(
                        device(), text + ". Check the device with nvidia-smi, then restart the process", e);
            case NONE -> new EmbeddingException(text, e);
        };
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            free.forEach(PixelBuffer::close);
        } finally {
            lock.writeLock().unlock();
        }
    }
}
