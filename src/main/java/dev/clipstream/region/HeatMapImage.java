package dev.clipstream.region;

import dev.clipstream.image.RgbImage;
import java.util.Optional;

/// Draws heat maps over images.
public final class HeatMapImage {
    /// The colour of the parts that speak for the label, and of the box.
    private static final int[] FOR = {255, 64, 0};

    /// The colour of the parts that speak against it.
    private static final int[] AGAINST = {0, 96, 255};

    /// The part of the colour where the map has its greatest absolute value.
    private static final double STRENGTH = 0.65;

    private HeatMapImage() {}

    /// Returns an image in grey with the map over it: red where parts speak for the label, blue where they speak
    /// against it, each the stronger the greater the absolute value; grey outside of what the model sees.
    ///
    /// @param image the image as displayed, of any size
    /// @param view  the part of it that the map is of
    public static RgbImage draw(RgbImage image, HeatMap map, ModelView view) {
        double greatest = map.greatest();
        byte[] pixels = new byte[image.pixels().length];
        for (int y = 0; y < image.height(); y++) {
            double down = ((y + 0.5) / image.height() - view.seen().top())
                    / view.seen().height();
            for (int x = 0; x < image.width(); x++) {
                double across = ((x + 0.5) / image.width() - view.seen().left())
                        / view.seen().width();
                boolean seen = across >= 0 && across <= 1 && down >= 0 && down <= 1;
                double value = seen && greatest > 0 ? map.at(across, down) / greatest : 0;
                paint(image.pixels(), pixels, (y * image.width() + x) * 3, value);
            }
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    /// Paints a pixel.
    ///
    /// @param value -1 to 1
    private static void paint(byte[] from, byte[] to, int at, double value) {
        double grey = 0.299 * Byte.toUnsignedInt(from[at])
                + 0.587 * Byte.toUnsignedInt(from[at + 1])
                + 0.114 * Byte.toUnsignedInt(from[at + 2]);
        double part = STRENGTH * Math.min(1, Math.abs(value));
        int[] colour = value > 0 ? FOR : AGAINST;
        for (int channel = 0; channel < colour.length; channel++) {
            to[at + channel] = (byte) Math.round(grey * (1 - part) + colour[channel] * part);
        }
    }

    /// Returns an image with the edge of a box.
    ///
    /// @param image as displayed; not changed
    /// @param box   empty: nothing is drawn
    public static RgbImage outline(RgbImage image, Optional<Box> box) {
        byte[] pixels = image.pixels().clone();
        RgbImage drawn = new RgbImage(image.width(), image.height(), pixels);
        if (box.isEmpty()) {
            return drawn;
        }
        int thick = Math.max(1, Math.min(image.width(), image.height()) / 100);
        int left = (int) Math.round(box.get().left() * image.width());
        int top = (int) Math.round(box.get().top() * image.height());
        int right = (int) Math.round((box.get().left() + box.get().width()) * image.width());
        int bottom = (int) Math.round((box.get().top() + box.get().height()) * image.height());
        for (int y = top; y < bottom && y < image.height(); y++) {
            for (int x = left; x < right && x < image.width(); x++) {
                boolean edge = y < top + thick || y >= bottom - thick || x < left + thick || x >= right - thick;
                if (edge) {
                    for (int channel = 0; channel < FOR.length; channel++) {
                        pixels[(y * image.width() + x) * 3 + channel] = (byte) FOR[channel];
                    }
                }
            }
        }
        return drawn;
    }
}
