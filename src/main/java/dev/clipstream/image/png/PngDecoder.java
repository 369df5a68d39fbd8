package dev.clipstream.image.png;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.Pixels;

/// Decodes a whole PNG, interlaced or not, into memory.
final class PngDecoder {
    /// Adam7: first column, first row, column step, row step.
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    private PngDecoder() {}

    static Pixels decode(PngFile png) throws ImageException {
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(png.width(), png.height()), 3)];
        try (PngLines lines = new PngLines(png)) {
            for (int[] pass : png.interlaced() ? PASSES : WHOLE) {
                int columns = Math.ceilDiv(png.width() - pass[0], pass[2]);
                if (columns > 0) {
                    lines.begin(columns);
                    for (int y = pass[1]; y < png.height(); y += pass[3]) {
                        lines.next();
                        lines.widen(rgb, (y * png.width() + pass[0]) * 3, pass[2] * 3);
                    }
                }
            }
        }
        return new HeapPixels(png.width(), png.height(), rgb);
    }
}
