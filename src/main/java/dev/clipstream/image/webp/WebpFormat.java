package dev.clipstream.image.webp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Expansion;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.ImageFormat;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.Pixels;
import dev.clipstream.image.webp.WebpFile.Frame;

/// WebP: lossy and lossless, with or without alpha (which is dropped). Of an animation, the first frame counts.
public final class WebpFormat implements ImageFormat {
    private final WebpDecoder decoder;

    /// @param codecs the libraries to decode with
    public WebpFormat(Codecs codecs) {
        this(WebpDecoder.of(codecs));
    }

    WebpFormat(WebpDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public String name() {
        return "WebP";
    }

    @Override
    public boolean recognises(EncodedBytes file) {
        return file.has(0, "RIFF") && file.has(8, "WEBP");
    }

    @Override
    public EncodedImage read(EncodedBytes file) throws ImageException {
        return new EncodedWebp(WebpFile.parse(file), decoder);
    }

    private record EncodedWebp(WebpFile webp, WebpDecoder decoder) implements EncodedImage {
        @Override
        public int width() {
            return webp.width();
        }

        @Override
        public int height() {
            return webp.height();
        }

        @Override
        public Orientation orientation() {
            return webp.orientation();
        }

        @Override
        public Footprint footprint(int reduction) {
            Frame frame = webp.frame();
            Footprint image = decoder.footprint((long) frame.width() * frame.height());
            return webp.isWhole() ? image : image.plus(Footprint.onHeap(3L * width() * height()));
        }

        @Override
        public long leastBytes() {
            Frame frame = webp.frame();
            long lossy = webp.lossless() ? 0 : (long) frame.width() * frame.height() / Expansion.LOSSY_WEBP;
            return Math.max(lossy, Expansion.leastBytes((long) width() * height()));
        }

        @Override
        public Pixels decode(int reduction) throws ImageException {
            Frame frame = webp.frame();
            Pixels image = decoder.decode(webp.still(), frame.width(), frame.height());
            return webp.isWhole() ? image : onCanvas(image, frame);
        }

        /// What the frame does not cover is black, as in Pillow.
        private Pixels onCanvas(Pixels image, Frame frame) throws ImageException {
            try (image) {
                byte[] canvas = new byte[width() * height() * 3];
                byte[] row = new byte[frame.width() * 3];
                for (int y = 0; y < frame.height(); y++) {
                    image.row(y, 0, frame.width(), row);
                    System.arraycopy(row, 0, canvas, ((frame.top() + y) * width() + frame.left()) * 3, row.length);
                }
                return new HeapPixels(width(), height(), canvas);
            }
        }
    }
}
