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
import java.util.Optional;
import java.util.stream.IntStream;

/// The native memory that a session reads images from, kept from batch to batch.
///
/// It grows to the largest batch so far; for a GPU its pages are locked. Owned by its session and used by one batch at
/// a time.
final class PixelBuffer implements AutoCloseable {
    /// From this many images on, several threads fill the memory, unless the device is the CPU itself.
    private static final int WORTH_SHARING = 8;
    /// Levels of a sample.
    private static final int GREYS = 256;

    private final ImageGraph.Format format;
    private final int height;
    private final int width;
    private final Normalizer normalizer;
    private final Device device;
    private Optional<PageLock> pages = Optional.empty();
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);

    /// @param device that reads it
    PixelBuffer(ImageGraph.Format format, Preprocessing preprocessing, Device device) {
        this.format = format;
        this.height = preprocessing.height();
        this.width = preprocessing.width();
        this.normalizer = new Normalizer(preprocessing);
        this.device = device;
    }

    /// Returns a tensor over this memory, valid until the next call.
    ///
    /// @param batch images of the model's input size
    OnnxTensor fill(List<RgbImage> batch) throws OrtException {
        int samples = 3 * height * width;
        int needed = Math.multiplyExact(batch.size(), samples * format.bytes());
        if (bytes.capacity() < needed) {
            close();
            bytes = ByteBuffer.allocateDirect(needed).order(ByteOrder.nativeOrder());
            if (device.isGpu()) {
                pages = PageLock.of(device.index(), bytes);
            }
        }
        IntStream slots = IntStream.range(0, batch.size());
        (device.isGpu() && batch.size() >= WORTH_SHARING ? slots.parallel() : slots)
                .forEach(slot -> write(batch.get(slot), slot(slot * samples * format.bytes(), samples)));
        long[] shape = format.shape(batch.size(), height, width);
        ByteBuffer filled = bytes.slice(0, needed).order(ByteOrder.nativeOrder());
        return tensor(format, filled, shape);
    }

    private static OnnxTensor tensor(ImageGraph.Format format, ByteBuffer filled, long[] shape) throws OrtException {
        return format == ImageGraph.Format.F32_NCHW
                ? OnnxTensor.createTensor(OnnxRuntime.environment(), filled.asFloatBuffer(), shape)
                : OnnxTensor.createTensor(OnnxRuntime.environment(), filled, shape, format.type());
    }

    /// Returns the table of a prologue, with memory of its own: every float that an image can hold.
    ///
    /// @param format of the floats
    static OnnxTensor levels(ImageGraph.Format format, Preprocessing preprocessing) throws OrtException {
        // an image whose pixels are the 256 levels of grey has each level of each channel once
        RgbImage greys = new RgbImage(GREYS, 1, greys());
        Preprocessing row = new Preprocessing(
                GREYS,
                1,
                preprocessing.fit(),
                preprocessing.filter(),
                preprocessing.rounding(),
                preprocessing.mean(),
                preprocessing.std());
        PixelBuffer buffer = new PixelBuffer(format, row, Device.CPU);
        ByteBuffer levels =
                ByteBuffer.allocateDirect(3 * GREYS * format.bytes()).order(ByteOrder.nativeOrder());
        buffer.write(greys, levels);
        return tensor(format, levels, new long[] {3 * GREYS});
    }

    private static byte[] greys() {
        byte[] pixels = new byte[3 * GREYS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 3);
        }
        return pixels;
    }

    private ByteBuffer slot(int at, int samples) {
        return bytes.slice(at, samples * format.bytes()).order(ByteOrder.nativeOrder());
    }

    private void write(RgbImage image, ByteBuffer slot) {
        switch (format) {
            case F32_NCHW -> normalizer.write(image, slot.asFloatBuffer());
            case F16_NCHW -> {
                FloatBuffer floats = FloatBuffer.allocate(image.pixels().length);
                normalizer.write(image, floats);
                ShortBuffer halves = slot.asShortBuffer();
                for (float value : floats.array()) {
                    halves.put(Float.floatToFloat16(value));
                }
            }
            case U8_NHWC -> slot.put(image.pixels());
        }
    }

    /// Unlocks the memory. No run may read it.
    @Override
    public void close() {
        pages.ifPresent(PageLock::close);
        pages = Optional.empty();
    }
}
