package dev.clipstream.image.webp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.ImageIoReaders;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// TwelveMonkeys' reader for ImageIO, in Java. Lossy images differ from libwebp's by about one level.
final class TwelveMonkeysWebpDecoder implements WebpDecoder {
    private static final int FIRST_CHUNK = 12;

    @Override
    public Pixels decode(EncodedBytes still, int width, int height) throws ImageException {
        ImageReader reader = ImageIoReaders.open("com.twelvemonkeys.imageio.plugins.webp.", "WebP");
        try (ImageInputStream in = ImageIoReaders.stream(still)) {
            reader.setInput(in, true, true);
            BufferedImage image = reader.read(0);
            if (image.getWidth() != width || image.getHeight() != height) {
                throw ImageException.corrupt(
                        "a WebP of " + width + " x " + height + " pixels, as its header says",
                        image.getWidth() + " x " + image.getHeight());
            }
            byte[] rgb = rgb(image);
            if (still.has(FIRST_CHUNK, "VP8 ")) {
                ChromaUpsampling.apply(width, height, rgb);
            }
            return new HeapPixels(width, height, rgb);
        } catch (IOException refused) {
            throw ImageException.corrupt("a WebP", "one that the decoder refuses", refused);
        } finally {
            reader.dispose();
        }
    }

    private static byte[] rgb(BufferedImage image) {
        int width = image.getWidth();
        int perPixel = image.getRaster().getNumBands();
        byte[] rgb = new byte[width * image.getHeight() * 3];
        int[] bands = new int[perPixel * width];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            image.getRaster().getPixels(0, y, width, 1, bands);
            for (int x = 0; x < width; x++, at += 3) {
                rgb[at] = (byte) bands[x * perPixel];
                rgb[at + 1] = (byte) bands[x * perPixel + 1];
                rgb[at + 2] = (byte) bands[x * perPixel + 2];
            }
        }
        return rgb;
    }

    /// Counts four bytes for each pixel of the decoder's image, as many of its own for a lossless one, and RGB.
    @Override
    public Footprint footprint(long pixels) {
        return Footprint.onHeap(11 * pixels);
    }
}
