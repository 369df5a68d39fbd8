package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.SplittableRandom;

/// Draws a random view of an image, so that a few thousand images last for many epochs: a random crop or, once in
/// four times, the whole image as the service sees it; sometimes mirrored, with random brightness, contrast and
/// saturation.
///
/// Hues do not change, because captions name colours.
///
/// @param side of the result in pixels
record Augmentation(int side) {
    /// One in this many views is the whole image.
    private static final int WHOLE = 4;

    private static final double LEAST_AREA = 0.55;
    private static final double STRETCH = 0.15;
    private static final double LIGHT = 0.2;
    private static final double COLOUR = 0.25;

    /// Draws a view.
    ///
    /// @param mirror whether left and right may be swapped
    RgbImage view(RgbImage image, boolean mirror, SplittableRandom random) {
        boolean whole = random.nextInt(WHOLE) == 0;
        double area = whole ? 1 : random.nextDouble(LEAST_AREA, 1);
        double stretch = whole ? 1 : Math.exp(random.nextDouble(-STRETCH, STRETCH));
        double width = Math.min(1, Math.sqrt(area) * stretch);
        double height = Math.min(1, Math.sqrt(area) / stretch);
        double left = random.nextDouble() * (1 - width);
        double top = random.nextDouble() * (1 - height);
        boolean mirrored = mirror && random.nextBoolean();
        double contrast = 1 + random.nextDouble(-LIGHT, LIGHT);
        double brightness = 255 * random.nextDouble(-LIGHT, LIGHT) / 2;
        double colour = 1 + random.nextDouble(-COLOUR, COLOUR);
        byte[] pixels = new byte[side * side * 3];
        double[] sample = new double[3];
        for (int y = 0; y < side; y++) {
            double fromY = (top + height * (y + 0.5) / side) * image.height() - 0.5;
            for (int x = 0; x < side; x++) {
                double across = (x + 0.5) / side;
                double fromX = (left + width * (mirrored ? 1 - across : across)) * image.width() - 0.5;
                sample(image, fromX, fromY, sample);
                double grey = 0.299 * sample[0] + 0.587 * sample[1] + 0.114 * sample[2];
                int at = (y * side + x) * 3;
                for (int c = 0; c < 3; c++) {
                    double coloured = grey + (sample[c] - grey) * colour;
                    double value = (coloured - 128) * contrast + 128 + brightness;
                    pixels[at + c] = (byte) Math.round(Math.clamp(value, 0, 255));
                }
            }
        }
        return new RgbImage(side, side, pixels);
    }

    /// Bilinear interpolation at a position.
    private static void sample(RgbImage image, double x, double y, double[] into) {
        double inX = Math.clamp(x, 0, image.width() - 1);
        double inY = Math.clamp(y, 0, image.height() - 1);
        int left = (int) inX;
        int top = (int) inY;
        int right = Math.min(left + 1, image.width() - 1);
        int bottom = Math.min(top + 1, image.height() - 1);
        double across = inX - left;
        double down = inY - top;
        byte[] pixels = image.pixels();
        int row = image.width();
        for (int c = 0; c < 3; c++) {
            double above = mix(pixels[(top * row + left) * 3 + c], pixels[(top * row + right) * 3 + c], across);
            double below = mix(pixels[(bottom * row + left) * 3 + c], pixels[(bottom * row + right) * 3 + c], across);
            into[c] = above + (below - above) * down;
        }
    }

    private static double mix(byte one, byte other, double share) {
        int from = one & 0xFF;
        return from + ((other & 0xFF) - from) * share;
    }
}
