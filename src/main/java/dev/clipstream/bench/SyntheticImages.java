package dev.clipstream.bench;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/// Synthetic JPEGs for the benchmark, deterministic by seed: gradients, shapes and noise, so that they compress like
/// photographs.
public final class SyntheticImages {
    private static final long SEED = 20260101;
    private static final int SHAPES = 24;
    private static final int NOISE_AMPLITUDE = 12;

    private SyntheticImages() {}

    /// Makes images.
    ///
    /// @param count  number of images, all different
    /// @param width  in pixels
    /// @param height in pixels
    public static List<byte[]> jpegs(int count, int width, int height) {
        Random random = new Random(SEED);
        List<byte[]> jpegs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jpegs.add(jpeg(picture(random, width, height)));
        }
        return jpegs;
    }

    private static BufferedImage picture(Random random, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, colour(random), width, height, colour(random)));
        graphics.fillRect(0, 0, width, height);
        for (int i = 0; i < SHAPES; i++) {
            graphics.setColor(colour(random));
            graphics.fillOval(
                    random.nextInt(width),
                    random.nextInt(height),
                    1 + random.nextInt(width / 3),
                    1 + random.nextInt(height / 3));
        }
        graphics.dispose();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int noise = random.nextInt(NOISE_AMPLITUDE);
                picture.setRGB(x, y, picture.getRGB(x, y) ^ (noise << 16 | noise << 8 | noise));
            }
        }
        return picture;
    }

    private static Color colour(Random random) {
        return new Color(random.nextInt(1 << 24));
    }

    private static byte[] jpeg(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "jpg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to write to memory, found " + e, e);
        }
        return bytes.toByteArray();
    }
}
