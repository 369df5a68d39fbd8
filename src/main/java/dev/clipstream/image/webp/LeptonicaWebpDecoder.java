package dev.clipstream.image.webp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.LeptonicaPixels;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Pixels;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/// libwebp, through Leptonica.
final class LeptonicaWebpDecoder implements WebpDecoder {

    @Override
    public Pixels decode(EncodedBytes still, int width, int height) throws ImageException {
        PIX pix = leptonica.pixReadMemWebP(still.data(), still.length());
        if (pix == null) {
            throw ImageException.corrupt("a WebP", "one that libwebp refuses");
        }
        return LeptonicaPixels.of(pix, width, height, "WebP");
    }

    /// Counts the words of the image, and as many of libwebp's own for a lossless image.
    @Override
    public Footprint footprint(long pixels) {
        return Footprint.outOfHeap(8 * pixels);
    }
}
