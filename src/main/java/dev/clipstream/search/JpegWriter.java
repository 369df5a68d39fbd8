package dev.clipstream.search;

import dev.clipstream.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/// Encodes images as JPEG.
final class JpegWriter {
    private JpegWriter() {}

    static byte[] write(RgbImage image) {
        BufferedImage buffer = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] pixels = image.pixels();
        int[] row = new int[image.width()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int at = (y * row.length + x) * 3;
                row[x] = (pixels[at] & 0xFF) << 16 | (pixels[at + 1] & 0xFF) << 8 | (pixels[at + 2] & 0xFF);
            }
            buffer.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(buffer, "jpg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write to memory", e);
        }
        return bytes.toByteArray();
    }
}
