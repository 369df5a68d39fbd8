package dev.clipstream.image.codec;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Pixels;
import java.nio.IntBuffer;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/// An image in Leptonica's memory, which closing frees.
///
/// Rows consist of 32-bit words. A word holds either red, green, blue and alpha from the high byte down, or four grey
/// samples.
public final class LeptonicaPixels extends Pixels {
    private final PIX pix;
    private final boolean grey;
    private final int wordsPerRow;
    private final IntBuffer words;
    private final int[] line;

    private LeptonicaPixels(PIX pix, int width, int height, int depth) {
        super(width, height);
        this.pix = pix;
        this.grey = depth == 8;
        this.wordsPerRow = leptonica.pixGetWpl(pix);
        this.words =
                leptonica.pixGetData(pix).capacity((long) wordsPerRow * height).asBuffer();
        this.line = new int[wordsPerRow];
    }

    /// Returns the pixels of a decoded image.
    ///
    /// @param pix    owned by the returned pixels, or freed if this throws
    /// @param width  that the header gave, in pixels
    /// @param height that the header gave, in pixels
    /// @param format for the message
    /// @throws ImageException if the decoded image has another size than its header gave
    public static Pixels of(PIX pix, int width, int height, String format) throws ImageException {
        int depth = leptonica.pixGetDepth(pix);
        int foundWidth = leptonica.pixGetWidth(pix);
        int foundHeight = leptonica.pixGetHeight(pix);
        if (foundWidth != width || foundHeight != height || (depth != 8 && depth != 32)) {
            leptonica.pixDestroy(pix);
            throw ImageException.corrupt(
                    "a " + format + " of " + width + " x " + height + " pixels, as its header says",
                    foundWidth + " x " + foundHeight);
        }
        return new LeptonicaPixels(pix, width, height, depth);
    }

    @Override
    public void row(int y, int from, int to, byte[] rgb) {
        if (grey) {
            words.get(y * wordsPerRow, line);
            for (int x = from, at = 0; x < to; x++, at += 3) {
                byte sample = (byte) (line[x >> 2] >>> (24 - 8 * (x & 3)));
                rgb[at] = sample;
                rgb[at + 1] = sample;
                rgb[at + 2] = sample;
            }
            return;
        }
        words.get(y * wordsPerRow + from, line, 0, to - from);
        for (int i = 0, at = 0; i < to - from; i++, at += 3) {
            int word = line[i];
            rgb[at] = (byte) (word >>> 24);
            rgb[at + 1] = (byte) (word >>> 16);
            rgb[at + 2] = (byte) (word >>> 8);
        }
    }

    @Override
    public void close() {
        leptonica.pixDestroy(pix);
    }
}
