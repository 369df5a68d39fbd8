package dev.clipstream.image.codec;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/// Opens ImageIO's readers. Each call needs a reader of its own, because readers are not safe for use by many threads.
public final class ImageIoReaders {
    private ImageIoReaders() {}

    /// Opens the reader of one provider, regardless of other providers that are installed: their pixels differ.
    ///
    /// @param provider how the names of its classes begin, such as `com.sun.imageio.plugins.jpeg.`
    /// @param format   for messages, such as `JPEG`
    /// @throws ImageException if the provider is not on the class path
    public static ImageReader open(String provider, String format) throws ImageException {
        Iterator<ImageReaderSpi> spis = IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class,
                        spi -> spi instanceof ImageReaderSpi found
                                && found.getPluginClassName().startsWith(provider),
                        true);
        ImageIO.setUseCache(false);
        if (!spis.hasNext()) {
            throw unusable(format, provider, "none. Add its jar to the class path.", null);
        }
        try {
            return spis.next().createReaderInstance();
        } catch (IOException broken) {
            throw unusable(format, provider, "one that does not start. Check its jar.", broken);
        }
    }

    private static ImageException unusable(String format, String provider, String found, @Nullable IOException cause) {
        return new ImageException(
                RejectionReason.UNSUPPORTED_FORMAT,
                "Expected a decoder for " + format + " from " + provider + "*, found " + found,
                cause);
    }

    /// Returns a file as a stream in memory.
    public static ImageInputStream stream(EncodedBytes file) {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(file.data()));
    }
}
