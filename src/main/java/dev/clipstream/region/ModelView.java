package dev.clipstream.region;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.resample.Placement;

/// The part of an image that the model sees.
///
/// @param seen within the image as displayed, that is, turned as EXIF says
public record ModelView(Box seen) {
    /// The view of a model that sees the whole image.
    public static final ModelView WHOLE = new ModelView(Box.WHOLE);

    /// Returns the view of a model: the whole image if both sides are resized, otherwise the square in its centre.
    ///
    /// @param width  of the image as displayed, in pixels, at least 1
    /// @param height of the image as displayed, in pixels, at least 1
    public static ModelView of(Preprocessing model, int width, int height) {
        Placement placement = Placement.of(model, width, height);
        return new ModelView(new Box(
                (double) placement.left() / placement.scaledWidth(),
                (double) placement.top() / placement.scaledHeight(),
                (double) model.width() / placement.scaledWidth(),
                (double) model.height() / placement.scaledHeight()));
    }

    /// Returns where a box lies in the image as displayed.
    ///
    /// @param box in the model's input
    public Box inImage(Box box) {
        return new Box(
                seen.left() + box.left() * seen.width(),
                seen.top() + box.top() * seen.height(),
                box.width() * seen.width(),
                box.height() * seen.height());
    }
}
