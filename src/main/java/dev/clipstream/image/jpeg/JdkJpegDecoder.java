package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.ImageIoReaders;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.Pixels;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// The JDK's JPEG decoder. It gives raw components, so that no colour management takes part, and always decodes fully.
final class JdkJpegDecoder implements JpegDecoder {

    @Override
    public Pixels decode(JpegFile jpeg, int reduction) throws ImageException {
        if (jpeg.arithmetic()) {
            throw ImageException.unsupported(
                    "a Huffman-coded JPEG", "an arithmetic-coded one, which only the native decoder reads");
        }
        ImageReader reader = ImageIoReaders.open("com.sun.imageio.plugins.jpeg.", "JPEG");
        AtomicBoolean warned = new AtomicBoolean();
        try (ImageInputStream in = ImageIoReaders.stream(jpeg.stripped())) {
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((source, warning) -> warned.set(true));
            Raster raster = reader.readRaster(0, null);
            jpeg.rejectIfTruncated(warned.get());
            int pixels = jpeg.width() * jpeg.height();
            if (raster.getWidth() != jpeg.width()
                    || raster.getHeight() != jpeg.height()
                    || raster.getNumBands() != jpeg.components()
                    || !(raster.getDataBuffer() instanceof DataBufferByte buffer)) {
                throw ImageException.corrupt(
                        "a JPEG of " + jpeg.width() + " x " + jpeg.height() + " pixels, as its header says",
                        raster.toString());
            }
            if (jpeg.sampling() == JpegFile.Sampling.HALF_THE_ROWS) {
                JpegColours.interpolateRows(buffer.getData(), jpeg.width(), jpeg.height());
            }
            byte[] rgb = JpegColours.toRgb(jpeg.colours(), buffer.getData(), pixels);
            return new HeapPixels(jpeg.width(), jpeg.height(), rgb);
        } catch (IOException refused) {
            jpeg.rejectIfTruncated(true);
            throw ImageException.corrupt("a JPEG", "one that the JDK's decoder refuses", refused);
        } finally {
            reader.dispose();
        }
    }

    /// Counts the decoder's components and the RGB made from them.
    @Override
    public Footprint footprint(long pixels, int components, int reduction) {
        return Footprint.onHeap((components + 3) * pixels);
    }
}
