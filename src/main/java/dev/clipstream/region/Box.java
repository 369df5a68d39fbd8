package dev.clipstream.region;

/// A rectangle in an image, in parts of the image's sides.
///
/// @param left   of its left edge, 0 (left edge of the image) to 1
/// @param top    of its upper edge, 0 (upper edge of the image) to 1
/// @param width  above 0; `left + width` is at most 1
/// @param height above 0; `top + height` is at most 1
public record Box(double left, double top, double width, double height) {
    /// The whole image.
    public static final Box WHOLE = new Box(0, 0, 1, 1);

    /// Sums of two parts may exceed 1 by the rounding of float32, in which records have them.
    private static final double ROUNDING = 1e-6;

    public Box {
        if (!(left >= 0 && top >= 0 && width > 0 && height > 0)
                || left + width > 1 + ROUNDING
                || top + height > 1 + ROUNDING) {
            throw new IllegalArgumentException("Expected a rectangle within 0 to 1, found left " + left + ", top " + top
                    + ", width " + width + " and height " + height + ". Divide pixels by the sides of the image.");
        }
    }

    /// Returns the area that both boxes cover divided by the area that at least one covers (intersection over union),
    /// 0 to 1.
    public double overlap(Box other) {
        double across = Math.min(left + width, other.left + other.width) - Math.max(left, other.left);
        double down = Math.min(top + height, other.top + other.height) - Math.max(top, other.top);
        double both = Math.max(0, across) * Math.max(0, down);
        return both / (width * height + other.width * other.height - both);
    }
}
