package dev.clipstream.train.scene.font;

import dev.clipstream.train.scene.SceneException;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// A pictograph's image at several sizes (mipmaps), each about 0.7 times the size of the one before. A drawing
/// therefore shrinks its source by at most that factor and needs no more than two samples per axis.
///
/// A pixel is ARGB in one int, with colours premultiplied by alpha. The image is centred in a square. Immutable.
public final class Glyph {
    private static final int MAX_SIDE = 512;
    private static final int SMALLEST = 12;

    private final List<int[]> levels;
    private final int[] sides;

    private Glyph(List<int[]> levels, int[] sides) {
        this.levels = levels;
        this.sides = sides;
    }

    /// Decodes a glyph.
    ///
    /// @param png a PNG file of at most 512 pixels a side
    /// @throws IOException if it cannot be decoded
    public static Glyph decode(byte[] png) throws IOException {
        BufferedImage picture = read(png);
        // a transparent margin, so that edges blend; a multiple of 16, so that each half is a whole number
        int side = Math.ceilDiv(Math.max(picture.getWidth(), picture.getHeight()) + 4, 16) * 16;
        BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB_PRE);
        Graphics2D graphics = square.createGraphics();
        graphics.drawImage(picture, (side - picture.getWidth()) / 2, (side - picture.getHeight()) / 2, null);
        graphics.dispose();
        int[] base = square.getRGB(0, 0, side, side, null, 0, side);
        for (int i = 0; i < base.length; i++) {
            base[i] = premultiplied(base[i]);
        }
        List<int[]> levels = new ArrayList<>();
        List<Integer> sides = new ArrayList<>();
        levels.add(base);
        sides.add(side);
        int between = 8 * (int) Math.round(side / Math.sqrt(2) / 8);
        levels.add(shrink(base, side, between));
        sides.add(between);
        for (int larger = 0; sides.get(larger) % 2 == 0 && sides.get(larger) / 2 >= SMALLEST; larger++) {
            levels.add(halve(levels.get(larger), sides.get(larger)));
            sides.add(sides.get(larger) / 2);
        }
        return new Glyph(levels, sides.stream().mapToInt(Integer::intValue).toArray());
    }

    private static BufferedImage read(byte[] png) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if (Math.max(reader.getWidth(0), reader.getHeight(0)) > MAX_SIDE) {
                    throw new SceneException("font table CBDT: Expected images of at most " + MAX_SIDE
                            + " pixels a side, found " + reader.getWidth(0) + " x " + reader.getHeight(0)
                            + ". Use NotoColorEmoji.ttf.");
                }
                return reader.read(0);
            } catch (RuntimeException damaged) {
                throw new IOException("not a valid PNG (" + damaged + ")", damaged);
            } finally {
                reader.dispose();
            }
        }
    }

    private static int premultiplied(int argb) {
        int alpha = argb >>> 24;
        int red = (((argb >> 16) & 0xFF) * alpha + 127) / 255;
        int green = (((argb >> 8) & 0xFF) * alpha + 127) / 255;
        int blue = ((argb & 0xFF) * alpha + 127) / 255;
        return (alpha << 24) | (red << 16) | (green << 8) | blue;
    }

    private static int[] halve(int[] from, int side) {
        int half = side / 2;
        int[] out = new int[half * half];
        for (int i = 0; i < out.length; i++) {
            int at = i / half * 2 * side + i % half * 2;
            int packed = 0;
            for (int shift = 24; shift >= 0; shift -= 8) {
                int sum = ((from[at] >>> shift) & 0xFF)
                        + ((from[at + 1] >>> shift) & 0xFF)
                        + ((from[at + side] >>> shift) & 0xFF)
                        + ((from[at + side + 1] >>> shift) & 0xFF);
                packed |= ((sum + 2) / 4) << shift;
            }
            out[i] = packed;
        }
        return out;
    }

    /// Box filter: each pixel is the mean of the area that it covers.
    private static int[] shrink(int[] from, int side, int to) {
        double scale = (double) side / to;
        int[] out = new int[to * to];
        for (int y = 0; y < to; y++) {
            for (int x = 0; x < to; x++) {
                out[y * to + x] = mean(from, side, x * scale, y * scale, scale);
            }
        }
        return out;
    }

    private static int mean(int[] from, int side, double left, double top, double extent) {
        double[] sums = new double[4];
        int bottom = (int) Math.min(side, Math.ceil(top + extent));
        int right = (int) Math.min(side, Math.ceil(left + extent));
        for (int y = (int) top; y < bottom; y++) {
            double high = Math.min(y + 1, top + extent) - Math.max(y, top);
            for (int x = (int) left; x < right; x++) {
                double weight = high * (Math.min(x + 1, left + extent) - Math.max(x, left));
                int pixel = from[y * side + x];
                for (int c = 0; c < 4; c++) {
                    sums[c] += weight * ((pixel >>> (24 - 8 * c)) & 0xFF);
                }
            }
        }
        int packed = 0;
        for (double sum : sums) {
            packed = (packed << 8) | (int) Math.round(sum / extent / extent);
        }
        return packed;
    }

    /// Returns the smallest level with at least this many pixels a side, or the largest level.
    public int level(double pixels) {
        int level = 0;
        while (level + 1 < sides.length && sides[level + 1] >= pixels) {
            level++;
        }
        return level;
    }

    /// Returns the side of a level in pixels.
    public int side(int level) {
        return sides[level];
    }

    /// Returns a level's pixels row by row. The array is not a copy; do not modify it.
    public int[] pixels(int level) {
        return levels.get(level);
    }
}
