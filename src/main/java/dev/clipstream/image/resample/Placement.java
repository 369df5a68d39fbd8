package dev.clipstream.image.resample;

import dev.clipstream.image.Preprocessing;

/// Where the model's input lies in an image: the size to which the image is resized, and the part of it that is kept.
///
/// @param scaledWidth  in pixels; `long`, because the long side of a 1 x 65535 image exceeds `int`
/// @param scaledHeight in pixels
/// @param left         the first column that is kept
/// @param top          the first row that is kept
public record Placement(long scaledWidth, long scaledHeight, long left, long top) {

    /// Returns the placement of a model's input.
    ///
    /// @param width  of the image as seen, in pixels
    /// @param height of the image as seen, in pixels
    public static Placement of(Preprocessing model, int width, int height) {
        return switch (model.fit()) {
            case SQUASH -> new Placement(model.width(), model.height(), 0, 0);
            case CROP -> crop(model, width, height);
        };
    }

    private static Placement crop(Preprocessing model, int width, int height) {
        long shortest = Math.max(model.width(), model.height());
        long scaledWidth = width <= height ? shortest : shortest * width / height;
        long scaledHeight = width <= height ? shortest * height / width : shortest;
        return new Placement(
                scaledWidth,
                scaledHeight,
                half(scaledWidth - model.width(), model.rounding()),
                half(scaledHeight - model.height(), model.rounding()));
    }

    private static long half(long margin, Preprocessing.CropRounding rounding) {
        long floor = margin / 2;
        return switch (rounding) {
            case FLOOR -> floor;
            case HALF_EVEN -> margin % 2 == 0 ? floor : floor + floor % 2;
        };
    }
}
