package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.Set;

/// A picture and a caption that belongs to it.
///
/// @param image   at the size of the model's input
/// @param caption what the picture shows, in any language; not blank
/// @param others  more captions that are true of the picture: not held against it where another pair of the batch has
///                them; may be empty
public record Pair(RgbImage image, String caption, Set<String> others) {
    public Pair {
        if (caption.isBlank()) {
            throw new IllegalArgumentException("A caption was expected, found a blank one: leave the picture out");
        }
        others = Set.copyOf(others);
    }

    /// A picture of which one caption is known.
    public Pair(RgbImage image, String caption) {
        this(image, caption, Set.of());
    }

    /// Whether a text is known to be true of the picture.
    public boolean isShownBy(String text) {
        return caption.equals(text) || others.contains(text);
    }
}
