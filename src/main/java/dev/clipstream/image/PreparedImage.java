package dev.clipstream.image;

/// An image as the model receives it, before normalising.
///
/// @param modelInput exactly as wide and high as the model's input
/// @param width      of the image as seen (turned as EXIF says), before resizing, in pixels, at least 1
/// @param height     of the image as seen, before resizing, in pixels, at least 1
public record PreparedImage(RgbImage modelInput, int width, int height) {

    public PreparedImage {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "Expected an image of at least 1 x 1 pixels, found " + width + " x " + height + ".");
        }
    }
}
