package dev.clipstream.image;

/// A picture as its model gets it, before normalising.
///
/// @param modelInput exactly as wide and high as the model's input
/// @param width      of the picture as seen (turned as EXIF says), before resizing, in pixels
/// @param height     of the picture as seen, before resizing, in pixels
public record PreparedImage(RgbImage modelInput, int width, int height) {

    public PreparedImage {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "A picture of at least 1 x 1 was expected, found " + width + " x " + height);
        }
    }
}
