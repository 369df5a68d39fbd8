package dev.clipstream.train.scene.paint;

import dev.clipstream.image.RgbImage;
import dev.clipstream.region.Box;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.font.Glyph;
import java.util.List;

/// Paints scenes at any size. Safe for use by multiple threads.
public final class Painter {
    private static final int LANES = 0x00FF00FF;
    private static final int HALF_OPAQUE = 128;

    private final List<Glyph> glyphs;

    /// @param glyphs one for each concept
    public Painter(List<Glyph> glyphs) {
        this.glyphs = List.copyOf(glyphs);
    }

    /// Paints a scene.
    ///
    /// @param side of the image in pixels
    public RgbImage paint(Scene scene, int side) {
        int[] canvas = scene.background().paint(side);
        for (Scene.Placed object : scene.objects()) {
            draw(canvas, side, object);
        }
        byte[] rgb = new byte[canvas.length * 3];
        for (int i = 0, to = 0; i < canvas.length; i++, to += 3) {
            rgb[to] = (byte) (canvas[i] >> 16);
            rgb[to + 1] = (byte) (canvas[i] >> 8);
            rgb[to + 2] = (byte) canvas[i];
        }
        return new RgbImage(side, side, rgb);
    }

    /// Returns the box around the visible pixels of an object: those that are at least half opaque. What lies outside
    /// of the image, or under an object that is painted later, is not left out of the object, but the box ends at the
    /// edges of the image.
    public Box box(Scene.Placed object) {
        Glyph glyph = glyphs.get(object.concept());
        int width = glyph.side(0);
        int[] samples = glyph.pixels(0);
        double cos = Math.cos(Math.toRadians(object.rotation())) * object.side() / width;
        double sin = Math.sin(Math.toRadians(object.rotation())) * object.side() / width;
        double left = 1;
        double top = 1;
        double right = 0;
        double bottom = 0;
        for (int i = 0; i < samples.length; i++) {
            if (samples[i] >>> 24 >= HALF_OPAQUE) {
                int row = i / width;
                double u = i - row * width + 0.5 - width / 2.0;
                double v = row + 0.5 - width / 2.0;
                double x = Math.clamp(object.x() + cos * u - sin * v, 0, 1);
                double y = Math.clamp(object.y() + sin * u + cos * v, 0, 1);
                left = Math.min(left, x);
                right = Math.max(right, x);
                top = Math.min(top, y);
                bottom = Math.max(bottom, y);
            }
        }
        return new Box(left, top, right - left, bottom - top);
    }

    /// Draws an object: each pixel of the canvas under the rotated square is the bilinear mix of the glyph's four
    /// nearest samples.
    private void draw(int[] canvas, int side, Scene.Placed object) {
        Glyph glyph = glyphs.get(object.concept());
        double pixels = object.side() * side;
        int level = glyph.level(pixels);
        int width = glyph.side(level);
        int[] samples = glyph.pixels(level);
        double angle = Math.toRadians(object.rotation());
        double cos = Math.cos(angle) * width / pixels;
        double sin = Math.sin(angle) * width / pixels;
        double centreX = object.x() * side;
        double centreY = object.y() * side;
        double reach = pixels / 2 * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle)));
        int left = (int) Math.max(0, Math.floor(centreX - reach));
        int right = (int) Math.min(side, Math.ceil(centreX + reach));
        int top = (int) Math.max(0, Math.floor(centreY - reach));
        int bottom = (int) Math.min(side, Math.ceil(centreY + reach));
        int red = (int) Math.round(object.gains().red() * 256);
        int green = (int) Math.round(object.gains().green() * 256);
        int blue = (int) Math.round(object.gains().blue() * 256);
        for (int y = top; y < bottom; y++) {
            double dy = y + 0.5 - centreY;
            for (int x = left; x < right; x++) {
                double dx = x + 0.5 - centreX;
                double u = cos * dx + sin * dy + width / 2.0 - 0.5;
                double v = cos * dy - sin * dx + width / 2.0 - 0.5;
                if (u < 0 || v < 0 || u >= width - 1 || v >= width - 1) {
                    continue;
                }
                int sample = sample(samples, width, u, v);
                int alpha = sample >>> 24;
                if (alpha != 0) {
                    int at = y * side + x;
                    canvas[at] = over(canvas[at], 255 - alpha, sample, red, green, blue);
                }
            }
        }
    }

    /// Bilinear interpolation of two 8-bit channels at a time.
    private static int sample(int[] samples, int width, double u, double v) {
        int column = (int) u;
        int row = (int) v;
        int fx = (int) ((u - column) * 256);
        int fy = (int) ((v - row) * 256);
        int at = row * width + column;
        int rightDown = (fx * fy) >> 8;
        int right = fx - rightDown;
        int down = fy - rightDown;
        int here = 256 - fx - fy + rightDown;
        int a = samples[at];
        int b = samples[at + 1];
        int c = samples[at + width];
        int d = samples[at + width + 1];
        int low = (a & LANES) * here + (b & LANES) * right + (c & LANES) * down + (d & LANES) * rightDown;
        int high = ((a >>> 8) & LANES) * here
                + ((b >>> 8) & LANES) * right
                + ((c >>> 8) & LANES) * down
                + ((d >>> 8) & LANES) * rightDown;
        return ((low >>> 8) & LANES) | (high & ~LANES);
    }

    private static int over(int under, int through, int sample, int red, int green, int blue) {
        int r = ((((sample >> 16) & 0xFF) * red) >> 8) + ((under >> 16) & 0xFF) * through / 255;
        int g = ((((sample >> 8) & 0xFF) * green) >> 8) + ((under >> 8) & 0xFF) * through / 255;
        int b = (((sample & 0xFF) * blue) >> 8) + (under & 0xFF) * through / 255;
        return (Math.min(r, 255) << 16) | (Math.min(g, 255) << 8) | Math.min(b, 255);
    }
}
