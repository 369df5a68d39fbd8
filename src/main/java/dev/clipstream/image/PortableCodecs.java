package dev.clipstream.image;

import dev.clipstream.event.RejectionReason;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// The JDK's JPEG decoder (raw components, so that no colour management comes in) and
/// TwelveMonkeys' WebP decoder.
///
/// A reader per call, so nothing is shared between threads.
final class PortableCodecs implements Codecs {

    @Override
    public Pixels jpeg(JpegFile jpeg, int reduction) throws ImageException {
        if (jpeg.arithmetic()) {
            throw ImageException.unsupported(
                    "A Huffman-coded JPEG was expected, found an arithmetic-coded one, which only the native decoder"
                            + " reads");
        }
        ImageReader reader = reader("com.sun.imageio.plugins.jpeg.", "jpeg");
        AtomicBoolean warned = new AtomicBoolean();
        try (ImageInputStream in = stream(jpeg.stripped())) {
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((source, warning) -> warned.set(true));
            Raster raster = reader.readRaster(0, null);
            jpeg.refuseIfCutShort(warned.get());
            int pixels = jpeg.width() * jpeg.height();
            if (raster.getWidth() != jpeg.width()
                    || raster.getHeight() != jpeg.height()
                    || raster.getNumBands() != jpeg.components()
                    || !(raster.getDataBuffer() instanceof DataBufferByte buffer)) {
                throw ImageException.corrupt("A JPEG of " + jpeg.width() + " x " + jpeg.height()
                        + " was expected after its header, found " + raster);
            }
            if (jpeg.sampling() == JpegFile.Sampling.HALF_THE_ROWS) {
                JpegColours.interpolateRows(buffer.getData(), jpeg.width(), jpeg.height());
            }
            byte[] rgb = JpegColours.toRgb(jpeg.colours(), buffer.getData(), pixels);
            return new Pixels.OnHeap(jpeg.width(), jpeg.height(), rgb);
        } catch (IOException refused) {
            jpeg.refuseIfCutShort(true);
            throw new ImageException(
                    RejectionReason.CORRUPT, "A JPEG was expected, found one that the JDK refuses", refused);
        } finally {
            reader.dispose();
        }
    }

    /// Components of the JDK's decoder, and RGB made of them.
    @Override
    public Footprint jpegFootprint(long pixels, int components, int reduction) {
        return Footprint.onHeap((components + 3) * pixels);
    }

    @Override
    public Pixels webp(Bytes still, int width, int height) throws ImageException {
        ImageReader reader = reader("com.twelvemonkeys.imageio.plugins.webp.", "webp");
        try (ImageInputStream in = stream(still)) {
            reader.setInput(in, true, true);
            BufferedImage image = reader.read(0);
            if (image.getWidth() != width || image.getHeight() != height) {
                throw ImageException.corrupt("A WebP of " + width + " x " + height
                        + " was expected after its header, found " + image.getWidth() + " x " + image.getHeight());
            }
            byte[] rgb = new byte[width * height * 3];
            int[] bands = new int[image.getRaster().getNumBands() * width];
            int perPixel = image.getRaster().getNumBands();
            for (int y = 0, at = 0; y < height; y++) {
                image.getRaster().getPixels(0, y, width, 1, bands);
                for (int x = 0; x < width; x++, at += 3) {
                    rgb[at] = (byte) bands[x * perPixel];
                    rgb[at + 1] = (byte) bands[x * perPixel + 1];
                    rgb[at + 2] = (byte) bands[x * perPixel + 2];
                }
            }
            if (still.has(12, "VP8 ")) {
                ChromaUpsampling.apply(width, height, rgb);
            }
            return new Pixels.OnHeap(width, height, rgb);
        } catch (IOException refused) {
            throw new ImageException(
                    RejectionReason.CORRUPT, "A WebP was expected, found one that the decoder refuses", refused);
        } finally {
            reader.dispose();
        }
    }

    /// Four bytes a pixel of the decoder's picture, as many of its own for a lossless one, and RGB.
    @Override
    public Footprint webpFootprint(long pixels) {
        return Footprint.onHeap(11 * pixels);
    }

    /// The reader of one provider, whatever others are installed, since their pixels differ.
    static ImageReader reader(String provider, String format) throws ImageException {
        Iterator<ImageReaderSpi> spis = IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class,
                        spi -> spi instanceof ImageReaderSpi found
                                && found.getPluginClassName().startsWith(provider),
                        true);
        ImageIO.setUseCache(false);
        if (!spis.hasNext()) {
            throw ImageException.unsupported("A decoder for " + format + " from " + provider
                    + "* was expected on the class path, found none: add its jar");
        }
        try {
            return spis.next().createReaderInstance();
        } catch (IOException broken) {
            throw new ImageException(
                    RejectionReason.UNSUPPORTED_FORMAT, "The decoder for " + format + " does not start", broken);
        }
    }

    private static ImageInputStream stream(Bytes encoded) {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded.data()));
    }
}
