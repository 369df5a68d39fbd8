package dev.clipstream.train.scene.compose;

import java.util.List;

/// A picture that is not painted yet; in units of its side, so that it is the same at every size.
///
/// @param background what lies behind
/// @param objects    none to four, painted in this order
/// @param seed       of the noise that the camera adds
public record Scene(Background background, List<Placed> objects, long seed) {

    /// A thing in its place.
    ///
    /// @param concept  index of the kind of thing
    /// @param x        of its centre, 0 (left) to 1
    /// @param y        of its centre, 0 (top) to 1
    /// @param side     of its square
    /// @param rotation in degrees, clockwise
    /// @param gains    of its red, green and blue, about 1
    public record Placed(int concept, double x, double y, double side, int rotation, Gains gains) {
        public Placed movedTo(double x, double y) {
            return new Placed(concept, x, y, side, rotation, gains);
        }
    }

    /// Factors of three channels.
    public record Gains(double red, double green, double blue) {}

    public Scene {
        objects = List.copyOf(objects);
    }

    /// Whether all its objects are of one kind, and there are any.
    public boolean ofOneKind() {
        return !objects.isEmpty()
                && objects.stream()
                        .allMatch(
                                object -> object.concept() == objects.getFirst().concept());
    }
}
