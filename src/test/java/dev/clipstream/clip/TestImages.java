package dev.clipstream.clip;

import dev.clipstream.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/// Model inputs for tests.
public final class TestImages {
    private TestImages() {}

    /// Returns seeded noise around a seeded colour, so that images differ in more than noise.
    public static RgbImage noise(int side, long seed) {
        Random random = new Random(seed);
        int[] colour = {random.nextInt(256), random.nextInt(256), random.nextInt(256)};
        byte[] pixels = new byte[3 * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.clamp(colour[i % 3] + random.nextInt(-60, 60), 0, 255);
        }
        return new RgbImage(side, side, pixels);
    }

    /// Returns several such images.
    public static List<RgbImage> noise(int side, long firstSeed, int count) {
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(noise(side, firstSeed + i));
        }
        return images;
    }

    /// Returns the pixels of a lossless file.
    public static RgbImage read(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        byte[] pixels = new byte[3 * image.getWidth() * image.getHeight()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                pixels[at++] = (byte) (rgb >> 16);
                pixels[at++] = (byte) (rgb >> 8);
                pixels[at++] = (byte) rgb;
            }
        }
        return new RgbImage(image.getWidth(), image.getHeight(), pixels);
    }
}
