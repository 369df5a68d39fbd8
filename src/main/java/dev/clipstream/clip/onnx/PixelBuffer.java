package dev.clipstream.clip.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.clipstream.image.Normalizer;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.stream.IntStream;

/// The native memory that a session reads images from, kept from batch to batch.
///
/// It grows to the largest batch so far. Owned by its session and used by one batch at a time.
final class PixelBuffer {
    /// From this many images on, several threads fill the memory, unless the device is the CPU itself.
    private static final int WORTH_SHARING = 8;

    private final ImageGraph.Format format;
    private final int height;
    private final int width;
    private final Normalizer normalizer;
    private final boolean sharing;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);

    /// @param sharing whether other threads may help to fill a large batch
    PixelBuffer(ImageGraph.Format format, Preprocessing preprocessing, boolean sharing) {
        this.format = format;
        this.height = preprocessing.height();
        this.width = preprocessing.width();
        this.normalizer = new Normalizer(preprocessing);
        this.sharing = sharing;
    }

    /// Returns a tensor over this memory, valid until the next call.
    ///
    /// @param batch images of the model's input size
    OnnxTensor fill(List<RgbImage> batch) throws OrtException {
        int samples = 3 * height * width;
        int needed = Math.multiplyExact(batch.size(), samples * format.bytes());
        if (bytes.capacity() < needed) {
            bytes = ByteBuffer.allocateDirect(needed).order(ByteOrder.nativeOrder());
        }
        IntStream slots = IntStream.range(0, batch.size());
        (sharing && batch.size() >= WORTH_SHARING ? slots.parallel() : slots)
                .forEach(slot -> write(batch.get(slot), slot * samples * format.bytes(), samples));
        long[] shape = format.shape(batch.size(), height, width);
        ByteBuffer filled = bytes.slice(0, needed).order(ByteOrder.nativeOrder());
        return format == ImageGraph.Format.F32_NCHW
                ? OnnxTensor.createTensor(OnnxRuntime.environment(), filled.asFloatBuffer(), shape)
                : OnnxTensor.createTensor(OnnxRuntime.environment(), filled, shape, format.type());
    }

    private void write(RgbImage image, int at, int samples) {
        ByteBuffer slot = bytes.slice(at, samples * format.bytes()).order(ByteOrder.nativeOrder());
        switch (format) {
            case F32_NCHW -> normalizer.write(image, slot.asFloatBuffer());
            case F16_NCHW -> {
                FloatBuffer floats = FloatBuffer.allocate(samples);
                normalizer.write(image, floats);
                ShortBuffer halves = slot.asShortBuffer();
                for (float value : floats.array()) {
                    halves.put(Float.floatToFloat16(value));
                }
            }
            case U8_NHWC -> slot.put(image.pixels());
        }
    }
}
