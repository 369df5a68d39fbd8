package dev.clipstream.train.weakness;

import dev.clipstream.image.RgbImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Draws on pictures.
final class Canvas {
    private Canvas() {}

    /// Returns the picture with something drawn on it.
    static RgbImage on(RgbImage picture, Consumer<Graphics2D> drawing) {
        int width = picture.width();
        int height = picture.height();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.pixels();
        for (int i = 0; i < width * height; i++) {
            image.setRGB(
                    i % width,
                    i / width,
                    ((rgb[3 * i] & 0xFF) << 16) | ((rgb[3 * i + 1] & 0xFF) << 8) | (rgb[3 * i + 2] & 0xFF));
        }
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        drawing.accept(graphics);
        graphics.dispose();
        byte[] drawn = new byte[rgb.length];
        for (int i = 0; i < width * height; i++) {
            int pixel = image.getRGB(i % width, i / width);
            drawn[3 * i] = (byte) (pixel >> 16);
            drawn[3 * i + 1] = (byte) (pixel >> 8);
            drawn[3 * i + 2] = (byte) pixel;
        }
        return new RgbImage(width, height, drawn);
    }

    /// Returns a sheet of paper: one light colour with grain.
    static RgbImage paper(int side, SplittableRandom random) {
        Color colour =
                Color.getHSBColor(random.nextFloat(), random.nextFloat() * 0.12F, 0.85F + random.nextFloat() * 0.13F);
        byte[] rgb = new byte[side * side * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            int grain = random.nextInt(-6, 7);
            rgb[i] = (byte) Math.clamp(colour.getRed() + grain, 0, 255);
            rgb[i + 1] = (byte) Math.clamp(colour.getGreen() + grain, 0, 255);
            rgb[i + 2] = (byte) Math.clamp(colour.getBlue() + grain, 0, 255);
        }
        return new RgbImage(side, side, rgb);
    }
}
