package dev.clipstream.train.export;

import dev.clipstream.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// Writes an image losslessly.
final class PngFile {
    private PngFile() {}

    static void write(Path file, RgbImage image) throws IOException {
        BufferedImage copy = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] pixels = image.pixels();
        for (int i = 0; i < image.width() * image.height(); i++) {
            int rgb = ((pixels[3 * i] & 0xFF) << 16) | ((pixels[3 * i + 1] & 0xFF) << 8) | (pixels[3 * i + 2] & 0xFF);
            copy.setRGB(i % image.width(), i / image.width(), rgb);
        }
        if (!ImageIO.write(copy, "png", file.toFile())) {
            throw new IOException(file + ": Expected a PNG writer in the JDK, found none. Use a complete JDK.");
        }
    }
}
