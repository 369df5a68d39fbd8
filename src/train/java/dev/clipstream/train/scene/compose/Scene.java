package dev.clipstream.train.scene.compose;

import java.util.List;

/// A scene that is not painted yet. All lengths are fractions of the image's side, so a scene is the same at every
/// size.
///
/// @param background behind the objects
/// @param objects    none to four, painted in this order
/// @param seed       of the camera noise
public record Scene(Background background, List<Placed> objects, long seed) {

    /// An object at its position.
    ///
    /// @param concept  index of its concept
    /// @param x        of its centre, 0 (left) to 1
    /// @param y        of its centre, 0 (top) to 1
    /// @param side     of its square
    /// @param rotation in degrees, clockwise
    /// @param gains    brightness factors of its colours, about 1
    public record Placed(int concept, double x, double y, double side, int rotation, Gains gains) {
        public Placed movedTo(double x, double y) {
            return new Placed(concept, x, y, side, rotation, gains);
        }
    }

    /// A factor for each channel.
    public record Gains(double red, double green, double blue) {}

    public Scene {
        objects = List.copyOf(objects);
    }

    /// Returns whether the scene has objects and all show the same concept.
    public boolean ofOneKind() {
        return !objects.isEmpty()
                && objects.stream()
                        .allMatch(
                                object -> object.concept() == objects.getFirst().concept());
    }
}
